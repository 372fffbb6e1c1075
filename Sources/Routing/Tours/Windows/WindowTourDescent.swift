/// Descends by segment insertion and segment reversal until neither gains.
///
/// The local part of the general variable neighbourhood search of Da Silva and Urrutia 2010, "A General VNS
/// heuristic for the traveling salesman problem with time windows".
enum WindowTourDescent {
  static func run(_ state: inout WindowTourState) {
    guard state.stops > 2 else { return }
    while SegmentInsertion.improve(&state) || SegmentReversal.improve(&state) {}
  }
}
