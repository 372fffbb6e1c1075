import Geo

/// What is wrong with a problem, where in its JSON, and how to put it right.
public struct FleetInputError: CodedError, Equatable {
  /// Stable last parts of the code.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    case notJSON, wrongType, missing, outOfRange, duplicateID, windows, amounts, unknownID, unknownProfile
    case matrixShape, matrixValue, indexOutOfRange, noVehicle, noTask, noPlace, costs, infeasibleSteps
    case givenTwice, tooLarge
  }

  public var kind: Kind
  /// The member's path, `jobs[3].time_windows[0]`; empty for the whole text.
  public var path: String
  /// What is wrong there.
  public var fault: String
  public var hint: String

  public init(_ kind: Kind, at path: String, _ fault: String, hint: String) {
    self.kind = kind
    self.path = path
    self.fault = fault
    self.hint = hint
  }

  public var code: String { "routing.fleet.\(kind.rawValue)" }
  public var message: String { path.isEmpty ? fault : "\(path): \(fault)" }
}
