import Geo
import HTTPTypes
import Store

extension QueryReader {
  /// The place in a list that a page begins behind.
  /// - Throws: ``APIError/badCursor``.
  func cursor() throws -> ListCursor? {
    guard let text = try text("cursor", limit: 4000) else { return nil }
    do {
      return try ListCursor(text)
    } catch {
      throw APIError.badCursor
    }
  }

  /// `sort=name`, or `sort=-name` from the end.
  func sort<S: RawRepresentable & CaseIterable>(
    _ sort: inout S, _ descending: inout Bool
  ) throws where S.RawValue == String {
    guard let text = try text("sort") else { return }
    descending = text.hasPrefix("-")
    guard let found = S(rawValue: descending ? String(text.dropFirst()) : text) else {
      let names = S.allCases.map(\.rawValue).joined(separator: ", ")
      throw APIError.badParameter(
        "sort", detail: "\"\(text)\" is no order of this list",
        hint: "give one of: \(names); with - in front from the end")
    }
    sort = found
  }
}

/// The status an error is told with.
enum APIStatus {
  static func of(_ error: any CodedError) -> HTTPResponse.Status {
    (error as? APIError)?.status ?? HTTPResponse.Status(error)
  }
}
