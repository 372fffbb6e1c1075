import ArgumentParser

/// The root of all commands.
struct PlannerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "planner",
    abstract: "Plans trips to partners: from a list of addresses to a task with a route checklist.",
    discussion: """
      Start with `planner demo`. Data lives in one file, --database (or PLANNER_DATABASE, default \
      var/planner.sqlite). Every command takes --json and --help.
      """,
    subcommands: [
      DemoCommand.self,
      ImportCommand.self,
      RegionCommand.self,
      GeocodeCommand.self,
      SuggestCommand.self,
      ReverseCommand.self,
      SelectCommand.self,
      SelectionCommand.self,
      SearchCommand.self,
      GenerateCommand.self,
      PlanCommand.self,
      SolveCommand.self,
      TripCommand.self,
      TaskCommand.self,
      ExportCommand.self,
      ExtractCommand.self,
      ReviewCommand.self,
      PinCommand.self,
      ServeCommand.self,
      UserCommand.self,
      TokenCommand.self,
      MigrateCommand.self,
      WorkersCommand.self,
      OutboxCommand.self,
      WebhookCommand.self,
      InboundCommand.self,
      DoctorCommand.self,
      BackupCommand.self,
      RestoreCommand.self,
      AuditCommand.self,
      ProtectedCommand.self,
    ])
}

/// Options every command takes.
struct GlobalOptions: ParsableArguments {
  @Option(help: "The database file (or PLANNER_DATABASE; default var/planner.sqlite).")
  var database: String?

  @Option(help: "The gazetteer file (or PLANNER_GAZETTEER; default var/gazetteer.bin).")
  var gazetteer: String?

  @Option(
    help:
      "The road graph (or PLANNER_ROADS; default var/roads/car.roads, when it is there); none estimates all drives."
  )
  var roads: String?

  @Flag(help: "Print JSON on standard output.")
  var json = false
}
