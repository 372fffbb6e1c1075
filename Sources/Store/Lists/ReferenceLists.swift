import CRM

extension Database {
  /// Pages and searches the plain way, for benchmarks: a filter and an order in SQL, OFFSET for the place.
  package func referencePage(_ sql: String, offset: Int) throws -> [String] {
    try read { reader in
      try reader.db.all(
        """
        SELECT p.name FROM partner p LEFT JOIN user u ON u.id = p.responsible_id
        WHERE 1 \(sql) LIMIT 50 OFFSET ?
        """, .int(offset)
      ) { $0.text(0) }
    }
  }

  /// Partners whose name, address or contact is like a pattern.
  package func referenceLike(_ pattern: String) throws -> [String] {
    try read { reader in
      try reader.db.all(
        """
        SELECT DISTINCT p.name FROM partner p LEFT JOIN address a ON a.partner_id = p.id
          LEFT JOIN contact_point c ON c.partner_id = p.id
        WHERE p.name LIKE ?1 OR a.text LIKE ?1 OR c.value LIKE ?1 ORDER BY p.name LIMIT 50
        """, .text(pattern)
      ) { $0.text(0) }
    }
  }
}
