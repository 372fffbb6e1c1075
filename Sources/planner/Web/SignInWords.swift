import CRM
import Geo

/// The words of the pages on which people prove who they are.
struct SignInWords: Sendable {
  var signIn: String
  var signOut: String
  /// Said before signing out, while entries made on the road were not sent.
  var unsent: @Sendable (_ entries: String) -> String
  var noSignal: String
  var stay: String
  var login: String
  var password: String
  var forgotten: String
  var setPassword: String
  var code: String
  var newPassword: String
  var save: String
  var passwordRule: String
  var refused: String
  var tooMany: @Sendable (_ seconds: Int) -> String
  var badLink: String
  var oneTimeCode: String
  var codeNeeded: String
  var wrongCode: String
  var tooShort: @Sendable (_ least: Int) -> String
  var tooLong: @Sendable (_ most: Int) -> String
  var tooSimple: String
  var known: String
  var namesOwner: String

  /// What went wrong, in words; the error's own message where there are none.
  func sentence(_ error: any CodedError) -> String {
    switch error {
    case SignInError.refused, SignInError.wrongPassword: refused
    case SignInError.tooMany(let seconds): tooMany(seconds)
    case SignInError.badLink: badLink
    case SignInError.codeNeeded: codeNeeded
    case SignInError.wrongCode: wrongCode
    case PasswordError.tooShort: tooShort(PasswordRule.length.lowerBound)
    case PasswordError.tooLong: tooLong(PasswordRule.length.upperBound)
    case PasswordError.tooSimple: tooSimple
    case PasswordError.known: known
    case PasswordError.namesOwner: namesOwner
    default: error.message
    }
  }

  static let english = SignInWords(
    signIn: "Sign in", signOut: "Sign out",
    unsent: {
      "Entries that were not sent yet: \($0). They stay on this device and are sent when you sign in on it again. To send them first, stay signed in, go where there is a signal and open “\(RoadWords.english.title)”."
    },
    noSignal: "Signing out needs a signal. You are still signed in, and nothing was taken from this device.",
    stay: "Stay signed in", login: "Login", password: "Password",
    forgotten: "Forgotten the password, or none yet? An administrator sends a link to set one.",
    setPassword: "Set a password", code: "Code from the link", newPassword: "New password", save: "Save",
    passwordRule: "At least 12 characters. Four or five words that do not belong together are good.",
    refused: "The login or the password is wrong.",
    tooMany: { "Too many attempts. Try again in \(waiting($0, "second", "minute"))." },
    badLink: "The link was used before, or has run out. Ask for a new one.",
    oneTimeCode: "Code of the app", codeNeeded: "Now the six digits that your authenticator app shows.",
    wrongCode: "The code is wrong or was used before. Wait for the next one.",
    tooShort: { "The password is too short: at least \($0) characters are needed." },
    tooLong: { "The password is too long: at most \($0) characters are taken." },
    tooSimple: "The password repeats a few characters. Take several words.",
    known: "The password stands in lists of published passwords. Take another.",
    namesOwner: "The password is mostly your name, login or e-mail. Take another.")

  static let russian = SignInWords(
    signIn: "Вход", signOut: "Выйти",
    unsent: {
      "Записей, которые ещё не отправлены: \($0). Они останутся на этом устройстве и уйдут, когда вы снова войдёте на нём. Чтобы сначала отправить их, не выходите, найдите связь и откройте «\(RoadWords.russian.title)»."
    },
    noSignal: "Чтобы выйти, нужна связь. Вы не вышли, и с устройства ничего не убрано.",
    stay: "Не выходить", login: "Логин", password: "Пароль",
    forgotten: "Забыли пароль или его ещё нет? Администратор пришлёт ссылку, чтобы его задать.",
    setPassword: "Новый пароль", code: "Код из ссылки", newPassword: "Новый пароль", save: "Сохранить",
    passwordRule: "Не короче 12 знаков. Хорошо подходят четыре-пять слов, не связанных между собой.",
    refused: "Неверный логин или пароль.",
    tooMany: { seconds in
      let time =
        seconds < 60
        ? "\(seconds) \(Language.form(seconds, "секунду", "секунды", "секунд"))"
        : "\((seconds + 59) / 60) \(Language.form((seconds + 59) / 60, "минуту", "минуты", "минут"))"
      return "Слишком много попыток. Попробуйте снова через \(time)."
    },
    badLink: "Ссылка уже использована или устарела. Попросите новую.",
    oneTimeCode: "Код из приложения", codeNeeded: "Теперь шесть цифр из приложения для входа.",
    wrongCode: "Код неверный или уже использован. Дождитесь следующего.",
    tooShort: { "Пароль слишком короткий: нужно не меньше \($0) знаков." },
    tooLong: { "Пароль слишком длинный: не больше \($0) знаков." },
    tooSimple: "В пароле повторяются несколько знаков. Возьмите несколько слов.",
    known: "Этот пароль есть в списках опубликованных паролей. Возьмите другой.",
    namesOwner: "Пароль почти целиком состоит из имени, логина или почты. Возьмите другой.")

  private static func waiting(_ seconds: Int, _ second: String, _ minute: String) -> String {
    let (count, unit) = seconds < 60 ? (seconds, second) : ((seconds + 59) / 60, minute)
    return "\(count) \(unit)\(count == 1 ? "" : "s")"
  }
}
