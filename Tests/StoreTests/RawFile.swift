import GRDB

/// Runs SQL on a file behind the store's back, as another program would.
func raw(_ path: String, _ sql: String) throws {
  let queue = try DatabaseQueue(path: path)
  try queue.inDatabase { try $0.execute(sql: sql) }
  try queue.close()
}
