extension HelpWords {
  static let english = HelpWords(
    title: "Help", intro: "What each page is for. On any page the key ? opens its part of this.",
    everywhere: Topic(
      title: "Everywhere",
      text: [
        "The box at the top searches partners, people, telephones, addresses, tasks and trips at once, in either alphabet; slips are forgiven.",
        "What a page shows stands in its address: keep it as a bookmark, or send it.",
      ],
      keys: [
        ("/", "into the search box"), ("?", "help on this page"), ("Esc", "closes what is open"),
        ("Tab", "from one thing to the next"),
      ]),
    topics: [
      .map: Topic(
        title: "The map of partners",
        text: [
          "Every partner you may see, coloured by how urgent a visit is, by status, last visit or responsible. A ring holds several and opens when it is pressed; a pin shows a card to call, write or open.",
          "The list beside the map holds whoever is in view, the longest not visited first. Filters narrow both.",
          "“\(ChoosingWords.english.choose)” opens the tools: draw around them, by region, by driving time, along a road, or one by one. Each shape adds, takes away or keeps only what it holds. Then plan a trip with the choice, keep it, or change all of them at once.",
        ],
        keys: [
          ("← ↑ → ↓", "move the map"), ("+ −", "nearer, farther"),
          ("Enter", "a point in the middle, while choosing"),
          ("Shift + Enter", "ends a polygon or a line"), ("Backspace", "takes a point back"),
        ]),
      .plan: Topic(
        title: "Planning a trip",
        text: [
          "Say where and when it begins, how many days and which hours; the order of the visits is found on real roads. “\(PlanningWords.english.more)” holds nights, lunch, limits and who is left out.",
          "Drag a stop within a day or to another one, keep it on its day, take it out, or insist on it. Each time the plan is calculated anew, and what your order breaks is said.",
          "Whoever was left out stands below with the reason. “\(PlanningWords.english.nearby)” offers visits that cost a few minutes. Saving makes a trip and a task of it.",
        ],
        keys: [("Ctrl + Z", "undo"), ("Ctrl + Y", "redo")]),
      .trip: Topic(
        title: "A trip",
        text: [
          "The days with their stops beside the route. A press on a stop shows it on the map, a press on a number of the map shows its stop.",
          "The trip can be taken along as a file for maps, navigators and calendars. “\(RoadWords.english.title)” opens it for the phone.",
        ]),
      .road: Topic(
        title: RoadWords.english.title,
        text: [
          "The next stop is open: call, navigate, say when you have arrived, then what came of it and the next step, which becomes a task. Where there was no visit, say why.",
          "No signal is needed. What you enter is kept on the phone and sent once, in its order, when there is one. If somebody else ended a stop meanwhile, you decide.",
          "“\(RoadWords.english.replan)” orders what is left from here. The report of the day sets it beside the plan.",
        ]),
      .partners: Topic(
        title: "The list of partners",
        text: [
          "Partners you may see, narrowed by words, kind, status, responsible, call interval and place, in five orders. The filters stand in the address of the page.",
          "A list of your own is brought in by “\(ImportWords.english.title)”; doubtful places are put right under “\(ReviewWords.english.title)”.",
        ]),
      .partner: Topic(
        title: "A partner",
        text: [
          "Contacts, people, place and what happened, newest first. “\(EditingWords.english.edit)” changes the record: only what you changed is sent, and where somebody was faster both versions are shown.",
          "“\(EditingWords.english.fixPlace)” opens a small map; a pin set by hand stays. “\(EditingWords.english.log)” keeps a call, a meeting or a visit, and the call interval begins anew.",
        ]),
      .review: Topic(
        title: "Places to look at",
        text: [
          "Partners without a place, with a changed address, or placed only roughly, one after another. What is found for the address stands numbered beside the map.",
          "Take what is marked, choose another, press the map where it is right, or skip. The next one is shown at once.",
        ],
        keys: ReviewWords.english.keys),
      .importing: Topic(
        title: "Bringing in a list",
        text: [
          "Drop a CSV or XLSX file. Each column stands with what it is read as; put right what was guessed wrong.",
          "Try it first: nothing is kept, and you see what would become of each row. Then bring it in. The whole run can be taken back.",
        ]),
      .tasks: Topic(
        title: "Tasks",
        text: [
          "What is to be done, by deadline; a saved trip is a task whose checklist are its stops. “\(EditingWords.english.newTask)” adds one, with a checklist and for somebody else if you may."
        ]),
      .task: Topic(
        title: "A task",
        text: [
          "Tick items off as they are done; who did it and when stays beside them. The task of a trip leads to the trip and to the page for the road."
        ]),
      .found: Topic(
        title: "Searching",
        text: [
          "Names or parts of them in either alphabet, towns and streets, telephone numbers in any form, titles of tasks and trips. The best match stands first."
        ]),
      .roadReport: Topic(
        title: "The report of a day",
        text: [
          "What was planned beside what was done: arrivals, outcomes, reasons where there was no visit, photographs. It prints on one page or two."
        ]),
      .account: Topic(
        title: "Your account",
        text: [
          "Password, second factor, and tokens for programs that work in your name. A token is shown once; whoever has it sees what you see, as far as its scopes go, until its last day."
        ]),
      .admin: Topic(
        title: "Administration",
        text: [
          "People sign in with a password they set themselves by a link; their role says what they may do, their sight whose records they see. “May sign in: no” shuts somebody out at once, and what is his stays.",
          "Tags are renamed, joined and taken away for all partners at once. What works by itself is listed with its last result and can be run now. The audit trail says who changed what, with before and after.",
        ]),
      .territories: Topic(
        title: "Territories",
        text: [
          "Who answers for which region. Choose a manager, then press regions on the map or in the list, or draw around them. Striped regions have several managers; partners in none or two are counted beside the map."
        ]),
    ],
    close: "Close", allHelp: "All of the help", tourTitle: "A look around", showTour: "Look around",
    next: "Next", back: "Back", end: "Begin", step: { "\($0) of \($1)" },
    tour: [
      .partners: (
        "Bring in your partners",
        "A list from any program will do. Columns are guessed, addresses are placed on the map, and the whole run can be taken back."
      ),
      .map: (
        "See who waits for a visit",
        "The map colours partners by how urgent a visit is. Draw around those you want to see and count them before you go."
      ),
      .plan: (
        "Plan the trip",
        "The order is found on real roads, within your hours, over as many days as it takes. Move stops as you like; whoever does not fit is listed with the reason."
      ),
      .road: (
        "Walk it on the phone",
        "The stops of the day with calls and ways there, also without a signal. What you enter ends up in the same task the office sees."
      ),
    ])
}
