import Foundation

@main
enum Main {
  static func main() async {
    // A limit on the size of files is an error of the write that reaches it, not the end of the program.
    signal(SIGXFSZ, SIG_IGN)
    exit(await CommandRunner.run(Array(CommandLine.arguments.dropFirst())))
  }
}
