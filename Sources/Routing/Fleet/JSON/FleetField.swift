import Geo

/// A JSON value with its path, read by what it must be.
struct FleetField {
  let value: FleetJSON
  let path: String

  func fault(_ wanted: String, hint: String? = nil) -> FleetInputError {
    FleetInputError(
      .wrongType, at: path, "expected \(wanted), found \(value.kind)", hint: hint ?? "give \(wanted)")
  }

  // MARK: Members

  /// A member that may be absent or null.
  func member(_ name: String) throws(FleetInputError) -> FleetField? {
    guard case .object(let members) = value else { throw fault("an object") }
    guard let member = members[name] else { return nil }
    if case .null = member { return nil }
    return FleetField(value: member, path: path.isEmpty ? name : "\(path).\(name)")
  }

  func required(_ name: String, hint: String) throws(FleetInputError) -> FleetField {
    guard let member = try member(name) else {
      throw FleetInputError(
        .missing, at: path.isEmpty ? name : "\(path).\(name)", "the member is missing", hint: hint)
    }
    return member
  }

  func members() throws(FleetInputError) -> [(name: String, field: FleetField)] {
    guard case .object(let members) = value else { throw fault("an object") }
    return members.sorted { $0.key < $1.key }.map {
      ($0.key, FleetField(value: $0.value, path: "\(path).\($0.key)"))
    }
  }

  func elements() throws(FleetInputError) -> [FleetField] {
    let values: [FleetJSON]
    switch value {
    case .array(let list): values = list
    case .integers(let list): values = list.map { .integer($0) }
    default: throw fault("an array")
    }
    return values.enumerated().map { FleetField(value: $1, path: "\(path)[\($0)]") }
  }

  // MARK: Values

  func integer() throws(FleetInputError) -> Int {
    guard case .integer(let number) = value else { throw fault("a whole number") }
    return number
  }

  func real() throws(FleetInputError) -> Double {
    switch value {
    case .integer(let number): return Double(number)
    case .real(let number): return number
    default: throw fault("a number")
    }
  }

  func text() throws(FleetInputError) -> String {
    guard case .text(let text) = value else { throw fault("a text") }
    return text
  }

  func integers() throws(FleetInputError) -> [Int] {
    switch value {
    case .integers(let list): return list
    case .array:
      var numbers: [Int] = []
      for element in try elements() { numbers.append(try element.integer()) }
      return numbers
    default: throw fault("an array of whole numbers")
    }
  }

  /// An object of whole numbers.
  func integersByName() throws(FleetInputError) -> [String: Int] {
    var result: [String: Int] = [:]
    for (name, field) in try members() { result[name] = try field.integer() }
    return result
  }

  func window() throws(FleetInputError) -> ClosedRange<Int> {
    let ends = try integers()
    guard ends.count == 2 else { throw fault("a window of two times, [start, end]") }
    guard ends[0] <= ends[1] else {
      throw FleetInputError(
        .windows, at: path, "the window ends at \(ends[1]) before it starts at \(ends[0])",
        hint: "give the start first; a window over midnight needs times that go on counting")
    }
    return ends[0]...ends[1]
  }

  func windows() throws(FleetInputError) -> [ClosedRange<Int>] {
    var result: [ClosedRange<Int>] = []
    for element in try elements() { result.append(try element.window()) }
    return result
  }

  /// `[longitude, latitude]`.
  func coordinate() throws(FleetInputError) -> Coordinate {
    let parts = try elements()
    guard parts.count == 2 else { throw fault("a position of two numbers, [longitude, latitude]") }
    do {
      return try Coordinate(latitude: parts[1].real(), longitude: parts[0].real())
    } catch let error as FleetInputError {
      throw error
    } catch {
      throw FleetInputError(
        .outOfRange, at: path, "the position is not on the globe",
        hint: "give [longitude, latitude] in degrees, longitude first")
    }
  }
}
