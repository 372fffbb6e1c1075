import Hummingbird

/// The help: a page of everything, and the parts that pages open over themselves.
struct HelpController: Sendable {
  let renderer: PageRenderer

  func addRoutes(to table: RouteTable) {
    table.add(.get, "/help", "pageHelp", access: .needs(.readRecords)) { request, context in
      _ = try QueryReader(request, known: [])
      let frame = PageFrame(request, context)
      return .page(renderer.help(in: frame), frame.language)
    }
    table.add(.get, "/help/tour", "pageTour", access: .needs(.readRecords)) { request, _ in
      _ = try QueryReader(request, known: [])
      return .page(renderer.tour(in: request.language), request.language)
    }
    table.add(.get, "/help/{topic}", "pageHelpTopic", access: .needs(.readRecords)) { request, context in
      _ = try QueryReader(request, known: [])
      guard let topic = context.parameters.get("topic").flatMap({ HelpTopic(rawValue: $0) }) else {
        throw HTTPError(.notFound)
      }
      return .page(renderer.help(on: topic, in: request.language), request.language)
    }
  }
}
