import Geo

/// A packed R-tree over pieces of segments (Kamel, Faloutsos 1993): leaves in the order of a Hilbert curve, nodes full,
/// level after level in one array of boxes, the root last.
struct SegmentIndex {
  /// Pieces of line an item stands for at most, and children of a node.
  static let pieces = 8
  static let fanOut = 16

  private(set) var items: [RoadLayout.Item] = []
  private(set) var boxes: [RoadLayout.Box] = []

  init(records: [RoadLayout.Segment], points: [RoadLayout.Point]) {
    var leaves: [(key: UInt64, item: RoadLayout.Item, box: RoadLayout.Box)] = []
    for (s, segment) in records.enumerated() where segment.forward >= 0 || segment.backward >= 0 {
      var first = segment.firstPoint
      while first < segment.lastPoint {
        let last = min(first + UInt32(Self.pieces), segment.lastPoint)
        var box = RoadLayout.Box(south: .max, west: .max, north: .min, east: .min)
        for k in Int(first)...Int(last) {
          box.south = min(box.south, points[k].latitude)
          box.north = max(box.north, points[k].latitude)
          box.west = min(box.west, points[k].longitude)
          box.east = max(box.east, points[k].longitude)
        }
        let key = Hilbert.key(
          latitude: Int64(box.south) + (Int64(box.north) - Int64(box.south)) / 2,
          longitude: Int64(box.west) + (Int64(box.east) - Int64(box.west)) / 2)
        leaves.append((key, RoadLayout.Item(segment: UInt32(s), firstPoint: first), box))
        first = last
      }
    }
    leaves.sort { ($0.key, $0.item.firstPoint) < ($1.key, $1.item.firstPoint) }
    items = leaves.map(\.item)
    boxes = leaves.map(\.box)
    var start = 0
    var count = leaves.count
    while count > 1 {
      let end = start + count
      var k = start
      while k < end {
        var box = boxes[k]
        for child in k..<min(k + Self.fanOut, end) {
          box.south = min(box.south, boxes[child].south)
          box.north = max(box.north, boxes[child].north)
          box.west = min(box.west, boxes[child].west)
          box.east = max(box.east, boxes[child].east)
        }
        boxes.append(box)
        k += Self.fanOut
      }
      start = end
      count = boxes.count - end
    }
  }

  /// Start of each level in the array of boxes, leaves first, and one more at the end.
  static func levels(leaves: Int) -> [Int] {
    var starts = [0]
    var count = leaves
    while true {
      starts.append(starts[starts.count - 1] + count)
      if count <= 1 { return starts }
      count = (count + fanOut - 1) / fanOut
    }
  }
}

/// Places on a Hilbert curve, so that what is near on it is near on the ground.
enum Hilbert {
  /// The place on a curve of 2^16 by 2^16 cells over the globe; coordinates are units of 1e-7 degrees.
  static func key(latitude: Int64, longitude: Int64) -> UInt64 {
    var x = UInt32(clamping: (longitude + 1_800_000_000) * 65_535 / 3_600_000_000)
    var y = UInt32(clamping: (latitude + 900_000_000) * 65_535 / 1_800_000_000)
    var key: UInt64 = 0
    var side: UInt32 = 1 << 15
    while side > 0 {
      let rx: UInt32 = x & side > 0 ? 1 : 0
      let ry: UInt32 = y & side > 0 ? 1 : 0
      key += UInt64(side) * UInt64(side) * UInt64((3 * rx) ^ ry)
      if ry == 0 {
        if rx == 1 {
          x = 65_535 &- x
          y = 65_535 &- y
        }
        swap(&x, &y)
      }
      side >>= 1
    }
    return key
  }
}
