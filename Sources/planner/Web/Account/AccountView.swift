import CRM
import Foundation
import Geo
import Store

/// The page of one's own account: password, second factor, tokens for programs.
struct AccountView: Sendable {
  var user: User
  /// Newest first.
  var tokens: [APIToken]
  var hasSecondFactor: Bool
  /// Whether whoever looks has signed in, and is not just whoever sits at this computer.
  var isSession: Bool
  var mayAdminister: Bool
  var clock: DayClock

  func values(in language: Language) -> HTMLValue {
    let (words, editing, signIn) = (
      language.phrases.account, language.phrases.editing, language.phrases.signIn
    )
    let admin = language.phrases.admin
    func day(_ date: Date) -> String { language.moment(date, clock) }
    let scopes = TokenScope.allCases.filter { $0 != .admin || mayAdminister }
    return .object([
      "heading": .text(words.title), "editWords": .text(editing.script), "whoLabel": .text(words.who),
      "facts": .list(
        [
          (admin.personName, user.name), (admin.login, user.login),
          (admin.role, admin.roles[user.role] ?? ""),
          (admin.email, user.email ?? "–"),
        ].map { .object(["name": .text($0), "value": .text($1)]) }),
      "login": .text(user.login), "isSession": .flag(isSession),
      "onlySession": .optional(isSession ? nil : words.onlySession),
      "passwordTitle": .text(signIn.password), "currentLabel": .text(words.current),
      "newLabel": .text(signIn.newPassword), "rule": .text(signIn.passwordRule),
      "change": .text(words.change), "factorTitle": .text(words.factorTitle),
      "factorText": .text(hasSecondFactor ? words.factorOn : words.factorOff),
      "hasFactor": .flag(hasSecondFactor), "begin": .text(words.factorBegin), "key": .text(words.factorKey),
      "codeLabel": .text(signIn.oneTimeCode), "confirm": .text(words.factorConfirm),
      "remove": .text(words.factorRemove),
      "tokensTitle": .text(words.tokensTitle), "tokensText": .text(words.tokensText),
      "noTokens": .optional(tokens.isEmpty ? words.noTokens : nil), "hasTokens": .flag(!tokens.isEmpty),
      "nameLabel": .text(words.tokenName), "scopeLabel": .text(words.scope),
      "expiresHead": .text(words.expires), "usedHead": .text(words.used),
      "tokens": .list(
        tokens.map { token in
          let isOver = token.revoked != nil || token.expires <= clock.now
          return .object([
            "name": .text(token.name),
            "scopes": .text(
              TokenScope.allCases.filter(token.scopes.contains).map { words.scopes[$0] ?? $0.rawValue }
                .joined(separator: ", ")),
            "expires": .text(day(token.expires)), "used": .text(token.used.map(day) ?? words.neverUsed),
            "over": .optional(token.revoked != nil ? words.revoked : isOver ? words.expired : nil),
            "revoke": isOver
              ? .flag(false)
              : .object([
                "address": .text("/api/v1/tokens/\(token.id)"), "label": .text(words.revoke(token.name)),
                "text": .text(words.revokeShort),
              ]),
          ])
        }),
      "newToken": .text(words.newToken), "daysLabel": .text(words.days), "save": .text(editing.save),
      "shown": .text(words.tokenShown),
      "scopeOptions": .list(
        scopes.map {
          .object([
            "value": .text("[\"\($0.rawValue)\"]"), "name": .text(words.scopes[$0] ?? $0.rawValue),
            "chosen": .flag($0 == .read),
          ])
        }),
    ])
  }
}

extension PageRenderer {
  func account(_ view: AccountView, in frame: PageFrame) -> String {
    page(
      title: frame.language.phrases.account.title, trips: [], in: frame,
      content: ["account": view.values(in: frame.language)], more: ["withForms": .flag(true)])
  }
}
