import ArgumentParser
import Hummingbird
import Mustache

@main
struct PlannerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "planner")
}
