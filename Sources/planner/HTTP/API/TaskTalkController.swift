import CRM
import Foundation
import Geo
import Hummingbird
import Store

/// What is said about a task, and when one wants to be reminded of it: by everybody who sees it.
struct TaskTalkController: Sendable {
  let services: Services

  func addRoutes(to table: RouteTable) {
    table.api(.get, "tasks/{id}/comments", "listComments", access: .needs(.readRecords), services, comments)
    table.api(.post, "tasks/{id}/comments", "addComment", access: .needs(.editTasks), services, comment)
    table.api(
      .delete, "tasks/{id}/comments/{comment}", "removeComment", access: .needs(.editTasks), services,
      removeComment)
    table.api(.get, "reminders", "listReminders", access: .needs(.readRecords), services, reminders)
    table.api(.post, "tasks/{id}/reminders", "addReminder", access: .needs(.editTasks), services, remind)
    table.api(
      .delete, "reminders/{id}", "removeReminder", access: .needs(.editTasks), services, removeReminder)
  }

  // MARK: Comments

  private func comments(_ call: APICall) async throws -> APIAnswer {
    let id: TaskID = try call.id("task")
    _ = try call.query()
    let viewer = call.viewer
    return try await call.read { reader in
      let task = try TaskResource.visible(id, viewer, reader)
      let logins = try TripResource.logins(reader)
      return APIPage.answer(
        try reader.comments(of: task.id).map { TaskResource.json($0, logins: logins) }, next: nil, call: call)
    }
  }

  private func comment(_ call: APICall) async throws -> APIAnswer {
    let id: TaskID = try call.id("task")
    let text = try call.body().object(["text"]).required("text").text(1...4000, lines: true)
    let (viewer, base, language) = (call.viewer, services.settings.publicURL, call.request.language)
    return try await call.commit { writer in
      let task = try TaskResource.visible(id, viewer, writer)
      let comment = TaskComment(task: id, author: viewer.user, at: writer.at, text: text)
      try writer.add(comment: comment)
      try TaskMail.post(comment, on: task, base: base, language: language, in: writer)
      return .created(
        TaskResource.json(comment, logins: try TripResource.logins(writer)),
        at: "/api/v1/tasks/\(id)/comments")
    }
  }

  /// Its author takes it back.
  private func removeComment(_ call: APICall) async throws -> APIAnswer {
    let task: TaskID = try call.id("task")
    let id: TaskCommentID = try call.id("taskComment", "comment")
    let viewer = call.viewer
    return try await call.commit { writer in
      _ = try TaskResource.visible(task, viewer, writer)
      guard let comment = try writer.comment(id), comment.task == task else {
        throw StoreError.notFound(entity: "taskComment", id: id.description)
      }
      guard comment.author == viewer.user else {
        throw APIError.forbidden("the comment \(id) is another's")
      }
      try writer.remove(comment: id)
      return .done
    }
  }

  // MARK: Reminders

  /// One's own, of tasks that are not over.
  private func reminders(_ call: APICall) async throws -> APIAnswer {
    _ = try call.query()
    let user = call.viewer.user
    return try await call.read { reader in
      APIPage.answer(
        try reader.reminders(for: user).map { TaskResource.json($0.reminder) }, next: nil, call: call)
    }
  }

  /// At most so many of one's own on a task.
  private static let mostReminders = 20

  private func remind(_ call: APICall) async throws -> APIAnswer {
    let id: TaskID = try call.id("task")
    let field = try call.body().object(["at"]).required("at")
    let at = try field.instant()
    let (viewer, language) = (call.viewer, call.request.language)
    return try await call.commit { writer in
      _ = try TaskResource.visible(id, viewer, writer)
      guard at > writer.at else {
        throw field.fault("the time is over", hint: "give a time that is still to come")
      }
      guard try writer.reminders(of: id, for: viewer.user).count < Self.mostReminders else {
        throw APIError.conflict(
          "there are \(Self.mostReminders) reminders of this task", hint: "remove one first")
      }
      let kept = try writer.add(
        reminder: TaskReminder(task: id, user: viewer.user, at: at, language: language.code))
      return .created(TaskResource.json(kept), at: "/api/v1/reminders")
    }
  }

  private func removeReminder(_ call: APICall) async throws -> APIAnswer {
    let id: TaskReminderID = try call.id("taskReminder")
    let viewer = call.viewer
    return try await call.commit { writer in
      guard try writer.reminder(id)?.user == viewer.user else {
        throw StoreError.notFound(entity: "taskReminder", id: id.description)
      }
      try writer.remove(reminder: id)
      return .done
    }
  }
}
