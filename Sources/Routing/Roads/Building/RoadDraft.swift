import Geo

/// The usable ways of one or more extracts as a profile sees them, before a graph is made of them.
struct RoadDraft {
  /// One way; its nodes are `nodes[firstNode ..< firstNode + nodeCount]`.
  struct Way {
    var id: Int64
    var firstNode: Int
    var nodeCount: Int
    /// Index of `kinds`.
    var kind: Int32
    /// Index of `texts` for name and reference.
    var name: Int32
    var reference: Int32
  }

  /// A turn restriction by the numbers of OpenStreetMap.
  struct Restriction {
    enum Via {
      case node(Int64)
      case ways([Int64])
    }
    var from: [Int64]
    var via: Via
    var to: [Int64]
    /// Only this turn, instead of not this turn.
    var isOnly: Bool
  }

  /// What was read and what was passed over.
  struct Counts {
    var ways = 0
    var restrictions = 0
    var conditionalRestrictions = 0
    /// Restrictions that name no members a car could take, or not enough of them.
    var brokenRestrictions = 0
    var repeatedWays = 0
    var missingNodes = 0
  }

  var ways: [Way] = []
  /// Distinct kinds of ways, without their names.
  var kinds: [RoadWay] = []
  var texts: [String] = [""]
  /// Index of a node for each place in a way; -1 where the extract does not have it.
  var nodes: [Int32] = []
  var nodeIDs: [Int64] = []
  /// Units of 1e-7 degrees.
  var latitudes: [Int32] = []
  var longitudes: [Int32] = []
  /// What is special about a node, by its index.
  var rules: [Int32: RoadNodeRule] = [:]
  var restrictions: [Restriction] = []
  var counts = Counts()
  /// When the oldest of the extracts was made, seconds since 1970; 0 when none says.
  var timestamp: Int64 = 0
}
