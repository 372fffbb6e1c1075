import Foundation

/// A photograph of a stop, made on the road: the shop window, a signed paper, a leaflet stand. The picture itself is
/// kept beside it.
public struct Photo: Hashable, Sendable, Codable {
  public var id: PhotoID
  public var task: TaskID
  /// The item of the task's checklist that is the stop.
  public var item: ChecklistItemID
  public var author: UserID
  /// When it was made.
  public var at: Date
  /// Pixels.
  public var width: Int
  public var height: Int
  /// Bytes of the picture.
  public var size: Int

  public init(
    id: PhotoID = .new(), task: TaskID, item: ChecklistItemID, author: UserID, at: Date, width: Int,
    height: Int,
    size: Int
  ) {
    (self.id, self.task, self.item, self.author, self.at) = (id, task, item, author, at)
    (self.width, self.height, self.size) = (width, height, size)
  }
}

public typealias PhotoID = Identifier<Photo>
