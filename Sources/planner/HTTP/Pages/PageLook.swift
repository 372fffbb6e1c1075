import CRM
import Foundation
import HTTPTypes
import Hummingbird
import Store

extension Request {
  private static let languageCookie = "planner_language"
  private static let themeCookie = "planner_theme"

  /// The language that was chosen on this device, else the best of those the browser asks for.
  var language: Language {
    let chosen = cookies[Self.languageCookie]?.value
    return Language.all.first { $0.code == chosen } ?? .preferred(by: headers[.acceptLanguage])
  }

  /// The brightness that was chosen on this device.
  var theme: PageFrame.Theme? { cookies[Self.themeCookie].flatMap { .init(rawValue: $0.value) } }

  /// Cookies that keep a choice for a year; no script reads them.
  static func lookCookies(_ language: Language, _ theme: PageFrame.Theme?) -> [String] {
    let always = "Path=/; HttpOnly; SameSite=Lax"
    return [
      "\(languageCookie)=\(language.code); Max-Age=31536000; \(always)",
      theme.map { "\(themeCookie)=\($0.rawValue); Max-Age=31536000; \(always)" }
        ?? "\(themeCookie)=; Max-Age=0; \(always)",
    ]
  }
}

extension PageFrame {
  /// The frame of the page that is asked for.
  init(_ request: Request, _ context: PageContext, section: Section? = nil) {
    self.init(language: request.language)
    theme = request.theme
    person = context.person
    visitor = context.identity.map { (id: $0.user.id.description, login: $0.user.login) }
    reads = context.identity?.may(.readRecords) == true
    administers = context.identity?.may(.readAudit) == true
    self.section = section
    address = SignInAddress.safe(request.uri.string)
  }
}

/// How pages look on a device: their language and their brightness. Mails to whoever is signed in follow the language.
struct LookController: Sendable {
  /// Nil where nothing is kept of people.
  let services: Services?

  func addRoutes(to table: RouteTable) {
    table.add(.post, "/look", "formLook", access: .open) { request, context in
      try PageCode.refuseOtherSites(request)
      let fields = try await SignInController.fields(of: request)
      let named = Language.all.first { $0.code == fields["language"] }
      let language = named ?? request.language
      // A person chooses, at a page; a program with a token looks as it likes.
      if let services, let named, let identity = context.identity, identity.isAtPage,
        identity.user.language != named.code
      {
        let (database, now) = (services.database, services.now())
        try await services.writers.runIfActive {
          try database.write(as: identity.actor, at: now) {
            try $0.set(language: named.code, of: identity.user.id)
          }
        }
      }
      var response = Response.seeOther(SignInAddress.safe(fields["next"]))
      for cookie in Request.lookCookies(language, fields["theme"].flatMap(PageFrame.Theme.init)) {
        response.headers.append(HTTPField(name: .setCookie, value: cookie))
      }
      return response
    }
  }
}
