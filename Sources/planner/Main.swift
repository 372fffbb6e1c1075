import Foundation

@main
enum Main {
  static func main() async {
    exit(await CommandRunner.run(Array(CommandLine.arguments.dropFirst())))
  }
}
