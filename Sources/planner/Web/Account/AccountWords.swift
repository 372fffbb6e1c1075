import CRM

/// The words of the page of one's own account.
struct AccountWords: Sendable {
  var title: String
  var who: String
  var current: String
  var change: String
  var factorTitle: String
  var factorOn: String
  var factorOff: String
  var factorBegin: String
  /// `{secret}` stands for the key.
  var factorKey: String
  var factorConfirm: String
  var factorRemove: String
  /// Why the second factor and passwords are not offered.
  var onlySession: String
  var tokensTitle: String
  var tokensText: String
  var noTokens: String
  var newToken: String
  var tokenName: String
  var scope: String
  var scopes: [TokenScope: String]
  var days: String
  /// `{token}` stands for it.
  var tokenShown: String
  var expires: String
  var used: String
  var neverUsed: String
  var revoke: @Sendable (_ name: String) -> String
  var revokeShort: String
  var revoked: String
  var expired: String
}

extension AccountWords {
  static let english = AccountWords(
    title: "Account", who: "Who you are", current: "Password until now",
    change: "Change it", factorTitle: "Second factor",
    factorOn: "Signing in asks for a code of your authenticator app.",
    factorOff: "With a second factor a stolen password is not enough.", factorBegin: "Set it up",
    factorKey: "Enter this key in your authenticator app, then confirm with its code: {secret}",
    factorConfirm: "Confirm", factorRemove: "Do without it",
    onlySession: "Everybody on this computer is you here; passwords count where people sign in.",
    tokensTitle: "Tokens for programs",
    tokensText:
      "A program shows a token instead of your password, may do what the token allows and no more than you.",
    noTokens: "There is none yet.", newToken: "New token", tokenName: "What it is for", scope: "Allows",
    scopes: [
      .read: "to read and export", .write: "to read and change", .maps: "maps only",
      .admin: "administration too",
    ],
    days: "Days it lasts", tokenShown: "This token is shown here once and nowhere else: {token}",
    expires: "Lasts until", used: "Last used", neverUsed: "not yet",
    revoke: { "Revoke \($0)" }, revokeShort: "Revoke", revoked: "revoked", expired: "has run out")

  static let russian = AccountWords(
    title: "Учётная запись", who: "Кто вы", current: "Прежний пароль",
    change: "Сменить", factorTitle: "Второй фактор",
    factorOn: "При входе спрашивается код из вашего приложения.",
    factorOff: "Со вторым фактором украденного пароля недостаточно.", factorBegin: "Настроить",
    factorKey: "Введите этот ключ в приложение и подтвердите кодом из него: {secret}",
    factorConfirm: "Подтвердить", factorRemove: "Отключить",
    onlySession: "Здесь любой за этим компьютером — вы; пароли действуют там, где входят по имени.",
    tokensTitle: "Токены для программ",
    tokensText:
      "Программа предъявляет токен вместо вашего пароля и может то, что он разрешает, но не больше вас.",
    noTokens: "Токенов пока нет.", newToken: "Новый токен", tokenName: "Для чего", scope: "Разрешает",
    scopes: [
      .read: "читать и выгружать", .write: "читать и изменять", .maps: "только карты",
      .admin: "ещё и управление",
    ],
    days: "Сколько дней", tokenShown: "Этот токен показан только здесь и только сейчас: {token}",
    expires: "Действует до", used: "Последний раз", neverUsed: "ещё нет",
    revoke: { "Отозвать «\($0)»" }, revokeShort: "Отозвать", revoked: "отозван", expired: "истёк")
}
