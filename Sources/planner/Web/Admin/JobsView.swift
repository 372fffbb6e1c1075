import CRM
import Store

/// Long work as whoever runs the service sees it.
struct JobsView: Sendable {
  /// Newest first.
  var jobs: [Job]
  var names: [UserID: String]
  var clock: DayClock

  func values(in language: Language) -> HTMLValue {
    let words = language.phrases.jobs
    return .object([
      "jobsLabel": .text(words.title), "none": .optional(jobs.isEmpty ? words.none : nil),
      "hasJobs": .flag(!jobs.isEmpty), "kindHead": .text(words.kind),
      "whoHead": .text(language.phrases.admin.who),
      "startedHead": .text(language.phrases.admin.when), "stateHead": .text(language.phrases.records.status),
      "jobs": .list(
        jobs.map { job in
          let kind = words.kinds[job.kind] ?? job.kind
          return .object([
            "kind": .text(kind), "who": .text(job.requestedBy.flatMap { names[$0] } ?? job.actor),
            "when": .text(language.moment(job.createdAt, clock)),
            "state": .text(words.states[job.state] ?? ""),
            "progress": .optional(
              job.state.isEnded || job.done == 0 ? nil : words.progress(job.done, job.total)),
            "isBad": .flag(job.state == .failed), "fault": .optional(job.failure?.message),
            "end": job.state.isEnded || job.cancelAskedAt != nil
              ? .flag(false)
              : .object([
                "address": .text("/api/v1/jobs/\(job.id)"), "label": .text("\(words.end): \(kind)"),
                "name": .text(words.end),
              ]),
          ])
        }),
    ])
  }
}

/// The words of the list of jobs.
struct JobWords: Sendable {
  var title: String
  var none: String
  var kind: String
  /// By what they are called in the store.
  var kinds: [String: String]
  var states: [Job.State: String]
  var progress: @Sendable (_ done: Int, _ of: Int?) -> String
  var end: String
}

extension JobWords {
  static let english = JobWords(
    title: "Long work", none: "Nobody has asked for any yet.", kind: "What",
    kinds: [
      ImportJob.kind: "Import of partners", GeocodeJob.kind: "Places of a list of addresses",
      TagJob.kind: "A tag changed",
    ],
    states: [
      .queued: "waiting", .running: "under way", .done: "done", .failed: "failed", .cancelled: "called off",
    ], progress: { done, all in all.map { "\(done) of \($0)" } ?? "\(done)" }, end: "End it")

  static let russian = JobWords(
    title: "Долгие задания", none: "Пока никто ничего не запускал.", kind: "Что",
    kinds: [
      ImportJob.kind: "Загрузка партнёров", GeocodeJob.kind: "Поиск мест по списку адресов",
      TagJob.kind: "Изменение метки",
    ],
    states: [
      .queued: "ждёт", .running: "идёт", .done: "выполнено", .failed: "не удалось", .cancelled: "отменено",
    ], progress: { done, all in all.map { "\(done) из \($0)" } ?? "\(done)" }, end: "Прервать")
}
