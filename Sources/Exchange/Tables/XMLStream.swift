import CExpat
import Foundation

/// What an XML reader tells its owner. Names come without namespace prefix.
protocol XMLHandler: AnyObject {
  func start(_ name: String, _ attributes: [String: String])
  func end(_ name: String)
  func text(_ bytes: UnsafeBufferPointer<UInt8>)
}

/// Expat behind a push interface. A document type declaration stops it: office files have none, and entities are how
/// XML files are made to explode.
final class XMLStream {
  private let parser: XML_Parser
  private weak var handler: (any XMLHandler)?
  private var refused = false

  init(_ handler: any XMLHandler) {
    self.handler = handler
    parser = XML_ParserCreate(nil)!
    XML_SetUserData(parser, Unmanaged.passUnretained(self).toOpaque())
    XML_SetElementHandler(
      parser,
      { user, name, attributes in
        let stream = XMLStream.from(user)
        var table: [String: String] = [:]
        if var at = attributes {
          while let key = at[0], let value = at[1] {
            table[XMLStream.local(key)] = String(cString: value)
            at += 2
          }
        }
        stream.handler?.start(XMLStream.local(name!), table)
      },
      { user, name in XMLStream.from(user).handler?.end(XMLStream.local(name!)) })
    XML_SetCharacterDataHandler(parser) { user, text, length in
      guard let text, length > 0 else { return }
      text.withMemoryRebound(to: UInt8.self, capacity: Int(length)) {
        XMLStream.from(user).handler?.text(UnsafeBufferPointer(start: $0, count: Int(length)))
      }
    }
    XML_SetStartDoctypeDeclHandler(parser) { user, _, _, _, _ in
      let stream = XMLStream.from(user)
      stream.refused = true
      XML_StopParser(stream.parser, 0)
    }
  }

  deinit { XML_ParserFree(parser) }

  /// Feeds the next block; an empty one ends the document. Gives what is wrong, or nil.
  func feed(_ block: [UInt8]) -> String? {
    let status = block.withUnsafeBytes { bytes in
      XML_Parse(
        parser, bytes.bindMemory(to: CChar.self).baseAddress, Int32(bytes.count), bytes.isEmpty ? 1 : 0)
    }
    if refused { return "it declares a document type" }
    guard status == XML_STATUS_ERROR else { return nil }
    let reason = XML_ErrorString(XML_GetErrorCode(parser)).map { String(cString: $0) } ?? "bad XML"
    return "\(reason) in line \(XML_GetCurrentLineNumber(parser))"
  }

  private static func from(_ user: UnsafeMutableRawPointer?) -> XMLStream {
    Unmanaged<XMLStream>.fromOpaque(user!).takeUnretainedValue()
  }

  private static func local(_ name: UnsafePointer<CChar>) -> String {
    let full = String(cString: name)
    guard let colon = full.utf8.lastIndex(of: UInt8(ascii: ":")) else { return full }
    return String(full[full.index(after: colon)...])
  }
}
