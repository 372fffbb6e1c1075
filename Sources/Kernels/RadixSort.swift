/// Sorting of many whole numbers by their bytes (Knuth, TAOCP 3, 5.2.5): stable, linear in their count.
public enum RadixSort {
  /// The places of the numbers in growing order; equal numbers keep theirs. Bytes that all numbers share are passed over.
  public static func order(_ numbers: [Int64]) -> [UInt32] {
    precondition(numbers.count < Int(UInt32.max))
    // The sign bit is turned so that negative numbers come first.
    func key(_ value: Int64) -> UInt64 { UInt64(bitPattern: value) ^ (1 << 63) }
    let count = numbers.count
    var histogram = [UInt32](repeating: 0, count: 8 * 256)
    for number in numbers {
      let k = key(number)
      for byte in 0..<8 { histogram[byte * 256 + Int(truncatingIfNeeded: k >> UInt64(8 * byte)) & 0xFF] += 1 }
    }
    var order = [UInt32](unsafeUninitializedCapacity: count) { buffer, used in
      for k in 0..<count { buffer[k] = UInt32(k) }
      used = count
    }
    var other = [UInt32](repeating: 0, count: count)
    for byte in 0..<8 {
      let shift = UInt64(8 * byte)
      if histogram[byte * 256..<byte * 256 + 256].contains(UInt32(count)) { continue }
      var starts = [Int](repeating: 0, count: 256)
      var total = 0
      for digit in 0..<256 {
        starts[digit] = total
        total += Int(histogram[byte * 256 + digit])
      }
      numbers.withUnsafeBufferPointer { numbers in
        order.withUnsafeBufferPointer { order in
          other.withUnsafeMutableBufferPointer { other in
            for place in order {
              let digit = Int(truncatingIfNeeded: key(numbers[Int(place)]) >> shift) & 0xFF
              other[starts[digit]] = place
              starts[digit] += 1
            }
          }
        }
      }
      swap(&order, &other)
    }
    return order
  }
}
