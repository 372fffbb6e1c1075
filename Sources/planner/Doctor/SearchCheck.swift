import Store

extension DoctorCheck {
  /// Whether search finds what there is.
  static let search = DoctorCheck(name: "search", hint: "planner search --rebuild") { room in
    let found = try room.read { try $0.searchFindings() }
    return found.isEmpty
      ? Finding.fine("current") : found.flatMap { Finding.fault($0, "planner search --rebuild") }
  }
}
