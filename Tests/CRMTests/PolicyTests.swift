import CRM
import Testing

@Suite("Who may do what")
struct PolicyTests {
  private func viewer(
    _ role: UserRole, visibility: Visibility? = nil, team: Set<UserID> = [], scopes: Set<TokenScope>? = nil
  ) -> Viewer {
    Viewer(User(login: "u", name: "U", role: role, visibility: visibility), team: team, scopes: scopes)
  }

  @Test("a manager sees and changes what is his and what is nobody's, and gives nothing to others")
  func manager() {
    let one = viewer(.manager)
    let other = UserID.new()
    #expect(one.sees(one.user) && one.sees(nil) && !one.sees(other))
    #expect(one.changes(one.user) && one.changes(nil) && !one.changes(other))
    #expect(one.assigns(from: nil, to: one.user) && !one.assigns(from: one.user, to: other))
    #expect(one.assigns(from: other, to: other), "what stays as it is is no assignment")
  }

  @Test("a manager who sees his team's changes his own all the same")
  func team() {
    let mate = UserID.new()
    let one = viewer(.manager, visibility: .team, team: [mate])
    #expect(one.sees(mate) && !one.changes(mate) && !one.sees(UserID.new()))
  }

  @Test("a head sees all, changes all and assigns")
  func head() {
    let one = viewer(.head)
    let other = UserID.new()
    #expect(one.sees(other) && one.changes(other) && one.assigns(from: other, to: UserID.new()))
  }

  @Test("a token gives what its scopes name and never more than its owner may do")
  func tokens() {
    #expect(viewer(.manager, scopes: [.read]).permissions == [.readRecords, .exportRecords, .useMaps])
    #expect(viewer(.manager, scopes: [.admin]).permissions.isEmpty)
    #expect(viewer(.administrator, scopes: [.maps]).permissions == [.useMaps])
    #expect(viewer(.administrator, scopes: Set(TokenScope.allCases)).permissions == Set(Permission.allCases))
  }

  @Test("only administrators manage users and the service")
  func administration() {
    for role in UserRole.allCases {
      #expect(viewer(role).may(.manageUsers) == (role == .administrator))
      #expect(viewer(role).may(.manageService) == (role == .administrator))
      #expect(viewer(role).may(.readRecords))
    }
  }

  @Test("a password is long, not known, no repetition and not its owner's name")
  func passwords() throws {
    func check(_ text: String) -> String? {
      do {
        try PasswordRule.check(text, words: ["Анна Ковалёва", "anna.k"]) {
          ["letmein letmein", "qwertyuiop"].contains($0.lowercased())
        }
        return nil
      } catch {
        return error.code
      }
    }
    #expect(check("короткий") == "password.tooShort")
    #expect(check(String(repeating: "ab1!", count: 40)) == "password.tooLong")
    #expect(check("abababababab") == "password.tooSimple")
    #expect(check("Letmein Letmein") == "password.known")
    #expect(check("Qwertyuiop2026!") == "password.known")
    #expect(check("qwertyuiopqwertyuiop") == "password.known")
    #expect(check("анна ковалёва1") == "password.namesOwner")
    #expect(check("семь синих слонов") == nil)
  }
}
