import CRM
import Crypto
import Foundation
import Testing

@testable import Store

@Suite("The key file and what is sealed with its key")
struct VaultTests {
  /// A folder with a database path in it, removed afterwards.
  static func inFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("vault-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder.appendingPathComponent("planner.sqlite").path)
  }

  /// The vault of a database with a key of its own.
  static func strangersVault() throws -> Vault {
    var vault: Vault?
    try inFolder { path throws in vault = try Database(path: path).read { try $0.vault() } }
    return try #require(vault)
  }

  let context = Vault.Context(table: "contact_person", record: "a", field: "passportNumber")

  @Test("a new database makes its key, for its owner alone, and opens what it sealed when it is opened again")
  func keyIsMade() throws {
    try Self.inFolder { path throws in
      let database = try Database(path: path)
      let sealed = try database.read { try $0.vault().seal("MP1234567", context: context) }
      try database.close()
      let mode = try FileManager.default.attributesOfItem(atPath: path + "-key")[.posixPermissions] as? Int
      #expect(mode == 0o600)
      #expect(KeyFile.beside(path).isPrivate == true)
      let names = try FileManager.default.contentsOfDirectory(
        atPath: (path as NSString).deletingLastPathComponent)
      #expect(!names.contains { $0.hasSuffix(".new") })
      let again = try Database(path: path, mode: .existing)
      #expect(try again.read { try $0.vault().openText(sealed, context: context) } == "MP1234567")
    }
  }

  @Test(
    "a key that is missing, damaged, or of another database is refused with its place, and never replaced")
  func wrongKeys() throws {
    try Self.inFolder { path throws in
      try Database(path: path).close()
      let key = path + "-key"
      let sound = try String(contentsOfFile: key, encoding: .utf8)
      func outcome() throws -> StoreError? {
        let database = try Database(path: path, mode: .existing)
        defer { try? database.close() }
        return #expect(throws: StoreError.self) { try database.read { _ = try $0.vault() } }
      }
      unlink(key)
      #expect(try outcome() == .keyMissing(path: ""))
      #expect(!FileManager.default.fileExists(atPath: key))
      var lines = sound.split(separator: "\n").map(String.init)
      lines[2] = String(lines[2].dropFirst()) + "A"
      for damaged in ["", "nothing", String(sound.dropLast(4)), lines.joined(separator: "\n")] {
        try damaged.write(toFile: key, atomically: true, encoding: .utf8)
        #expect(try outcome() == .keyDamaged(path: "", detail: ""))
      }
      let other = KeyFile.text(of: SymmetricKey(size: .bits256))
      try other.write(toFile: key, atomically: true, encoding: .utf8)
      #expect(try outcome() == .keyWrong(path: ""))
      try sound.replacingOccurrences(of: "\n", with: "\r\n").write(
        toFile: key, atomically: true, encoding: .utf8)
      let database = try Database(path: path, mode: .existing)
      #expect(throws: Never.self) { try database.read { _ = try $0.vault() } }
    }
  }

  @Test("the key may stand elsewhere, and the copy of a database for trying things out uses the same")
  func keyElsewhere() throws {
    try Self.inFolder { path throws in
      let place = KeyFile(path + ".elsewhere")
      let database = try Database(path: path, keyFile: place)
      #expect(!FileManager.default.fileExists(atPath: path + "-key"))
      let sealed = try database.read { try $0.vault().seal("text", context: context) }
      let copy = try database.temporaryCopy()
      #expect(try copy.read { try $0.vault().openText(sealed, context: context) } == "text")
      let stranger = try Database(path: path, mode: .existing)
      #expect(throws: StoreError.keyMissing(path: "")) { try stranger.read { _ = try $0.vault() } }
    }
  }

  @Test("what is sealed opens only for what it was sealed for, and not after any change of a byte")
  func contexts() throws {
    let database = try Database.temporary()
    let vault = try database.read { try $0.vault() }
    let sealed = try vault.seal("1985-04-12", context: context)
    #expect(try vault.seal("1985-04-12", context: context) != sealed)
    #expect(try vault.openText(sealed, context: context) == "1985-04-12")
    var others = [context, context, context, context]
    others[0].record = "b"
    others[1].field = "birthDate"
    others[2].table = "traveller"
    // The same letters, parted elsewhere.
    others[3] = Vault.Context(table: "contact_persona", record: "", field: "passportNumber")
    for other in others {
      #expect(throws: StoreError.sealBroken(table: "", record: "", field: "")) {
        try vault.open(sealed, context: other)
      }
    }
    for place in sealed.indices {
      var changed = sealed
      changed[place] ^= 1
      #expect(throws: StoreError.self) { try vault.open(changed, context: context) }
    }
    #expect(throws: StoreError.self) { try vault.open(Array(sealed.prefix(28)), context: context) }
    let stranger = try Self.strangersVault()
    #expect(throws: StoreError.self) { try stranger.open(sealed, context: context) }
  }

  @Test("codes differ by purpose and by key, and are the same each time")
  func codes() throws {
    let vault = try Database.temporary().read { try $0.vault() }
    let value = Data("token".utf8)
    #expect(vault.code(value, for: "calendar") == vault.code(value, for: "calendar"))
    #expect(vault.code(value, for: "calendar").count == 32)
    #expect(vault.code(value, for: "calendar") != vault.code(value, for: "cursor"))
    #expect(vault.code(Data("xtoken".utf8), for: "") != vault.code(value, for: "x"))
    #expect(try Self.strangersVault().code(value, for: "calendar") != vault.code(value, for: "calendar"))
  }
}
