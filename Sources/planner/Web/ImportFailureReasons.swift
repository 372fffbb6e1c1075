extension ImportReason {
  /// Why a whole list was not looked at, not brought in or not taken back; what to do about it stands behind. The more
  /// particular come first.
  static let failures = [damages, files, tables, encodings, mappings, runs, requests].flatMap { $0 }

  private static func damage(_ report: String, _ page: String) -> ImportReason {
    ImportReason(
      "table.xlsx.corrupt", "{1} is damaged: \(report)",
      "файл {1} повреждён: \(page); откройте его в табличном редакторе и сохраните снова")
  }

  private static let damages = [
    damage(
      "the ZIP directory is missing; the file may be cut off", "нет оглавления ZIP, файл мог оборваться"),
    damage("the ZIP directory is out of bounds", "оглавление ZIP указывает за конец файла"),
    damage("the ZIP directory is cut off", "оглавление ZIP оборвано"),
    damage("the ZIP directory is damaged", "оглавление ZIP испорчено"),
    damage("it is a ZIP file but holds no workbook", "это ZIP, но книги в нём нет"),
    damage("the sheet \"{2}\" has no content", "лист «{2}» без содержимого"),
    damage("the sheet \"{2}\" is missing in the file", "листа «{2}» в файле нет"),
    damage("{2} is kept in the ZIP64 form", "{2} хранится в виде ZIP64"),
    damage("{2} is packed by method {3}", "{2} упакован неизвестным способом {3}"),
    damage("{2} is not where the directory says", "{2} не там, где сказано в оглавлении"),
    damage("{2} is cut off", "{2} оборван"),
    damage("{2} ends too early", "{2} кончается слишком рано"),
    damage("{2} does not unpack", "{2} не распаковывается"),
    damage("{2}", "{2}"),
  ]

  private static let files = [
    ImportReason("table.file.missing", "there is no file {1}", "файла {1} нет; выберите его снова"),
    ImportReason("table.file.unreadable", "{1} cannot be read: {2}", "файл {1} не читается: {2}"),
    ImportReason("table.file.empty", "{1} is empty", "файл {1} пуст; выгрузите список снова"),
    ImportReason(
      "table.file.notATable", "{1} is neither CSV nor XLSX",
      "файл {1} — не CSV и не XLSX; сохраните список в одном из этих видов"),
    ImportReason(
      "table.xls.legacy", "{1} is a spreadsheet in the format of Excel 97–2003",
      "файл {1} — таблица в формате Excel 97–2003; откройте её в табличном редакторе и сохраните как .xlsx или .csv"
    ),
    ImportReason(
      "table.xlsx.encrypted", "{1} is protected by a password",
      "файл {1} защищён паролем; сохраните его без пароля"),
    ImportReason(
      "table.temporaryFile", "a temporary file in {1} failed: {2}",
      "временный файл в {1} не пишется: {2}; освободите там место"),
    ImportReason("file.unwritable", "{1} cannot be written: {2}", "файл {1} не пишется: {2}"),
    ImportReason("file.unwritable", "{1} cannot be written", "файл {1} не пишется"),
    ImportReason(
      "store.file.diskFull", "{1} cannot grow: the disk is full, or a file-size limit is reached",
      "файлу {1} некуда расти: диск полон или достигнут предел размера; что внесено раньше, осталось"),
    ImportReason(
      "store.file.busy", "{1} is locked by another process",
      "файл {1} занят другой программой; повторите позже"),
  ]

  private static let tables = [
    ImportReason(
      "table.xlsx.noSheet", "there is no sheet \"{1}\" among {2}", "листа «{1}» нет, есть {2}"),
    ImportReason(
      "table.xlsx.noSheet", "the workbook has no sheet", "в книге нет листов; выгрузите список снова"),
    ImportReason(
      "table.csv.unclosedQuote", "row {1}, column {2}: a quote is opened and never closed",
      "строка {1}, столбец {2}: кавычка открыта и не закрыта; закройте её или удвойте, если она часть текста"),
    ImportReason(
      "table.cell.tooLarge", "row {1}, column {2}: the cell is longer than {3} bytes",
      "строка {1}, столбец {2}: ячейка длиннее, чем можно, байтов: {3}; возможно, там не хватает кавычки"),
    ImportReason(
      "table.row.tooLarge", "row {1} is longer than {2} bytes",
      "строка {1} длиннее, чем можно, байтов: {2}; возможно, там не хватает кавычки"),
    ImportReason(
      "table.row.tooManyColumns", "row {1} has more than {2} columns",
      "в строке {1} столбцов больше, чем {2}; возможно, разделитель угадан неверно"),
    ImportReason(
      "table.xlsx.unpacksTooLarge", "{1} unpacks to more than {2} bytes",
      "{1} распаковывается больше чем в столько байтов: {2}; выгрузите список снова"),
  ]

  private static func encoding(_ report: String, _ page: String) -> ImportReason {
    ImportReason(
      "table.encoding.wrong", "{1}, row {2}, column {3}: \(report)",
      "файл {1}, строка {2}, столбец {3}: \(page); сохраните его в UTF-8")
  }

  private static let encodings = [
    encoding("UTF-32 is not read", "UTF-32 не читается"),
    encoding(
      "it begins as UTF-8 and holds a byte that is not", "он начинается как UTF-8, а байт не из неё"),
    encoding(
      "a byte that is not UTF-8, in a file that is UTF-8 elsewhere", "байт не из UTF-8, остальное — в ней"),
    encoding(
      "the text is neither UTF-8, UTF-16 nor Windows-1251",
      "текст не в UTF-8, не в UTF-16 и не в Windows-1251"),
    encoding("the last UTF-16 character is cut off", "последний знак UTF-16 оборван"),
    encoding("a lone surrogate in UTF-16", "половина знака UTF-16"),
    encoding("{4}", "{4}"),
  ]

  private static let mappings = [
    ImportReason("partner.import.mappingMissing", "there is no mapping file {1}", "нет файла {1} о столбцах"),
    ImportReason(
      "partner.import.mappingUnreadable", "the mapping is no YAML: {1}", "описание столбцов не YAML: {1}"),
    ImportReason(
      "partner.import.mappingUnknownKey", "the mapping has unknown keys: {1}",
      "в описании столбцов неизвестные слова: {1}"),
    ImportReason(
      "partner.import.mappingBadValue", "\"{1}\" in the mapping: {2}", "«{1}» в описании столбцов: {2}"),
    ImportReason(
      "partner.import.columnMissing", "the mapping names columns the file has not: {1}; it has {2}",
      "в файле нет столбцов {1}; есть {2}"),
    ImportReason(
      "partner.import.nameColumnMissing", "no column holds the partners' names; the headings are {1}",
      "ни в одном столбце нет названий партнёров, а заголовки такие: {1}; скажите, какой столбец — название"),
    ImportReason(
      "partner.import.headerMissing", "the file has no row of headings",
      "в файле нет строки заголовков; впишите заголовки столбцов в первую строку"),
    ImportReason(
      "partner.import.reportUnwritable", "the report {1} cannot be written: {2}", "отчёт {1} не пишется: {2}"),
  ]

  private static let runs = [
    ImportReason(
      "job.interrupted", "the program ended {1} times before the work did",
      "программа завершилась раньше работы, раз: {1}"),
    ImportReason("partner.import.badRun", "\"{1}\" is no import run", "«{1}» — не загрузка"),
    ImportReason(
      "store.import.running", "import run {1} is still being written",
      "загрузка {1} ещё идёт; дождитесь её конца"),
    ImportReason(
      "store.import.alreadyUndone", "import run {1} was undone before", "загрузка {1} уже отменена"),
    ImportReason(
      "store.import.undoConflict", "import run {1} cannot be undone: {2}",
      "загрузку {1} нельзя отменить, с её партнёрами что-то стало после неё: {2}"),
  ]

  private static let requests = [
    ImportReason(
      "http.bodyTooLarge", "the body is larger than {1} bytes",
      "файл больше, чем можно, байтов: {1}; разделите список"),
    ImportReason("http.body.field", "body: it is empty", "файл пуст; выгрузите список снова"),
    ImportReason(
      "http.body.field", "country: \"{1}\" is no country",
      "«{1}» — не страна; напишите две буквы, например BY"),
    ImportReason(
      "http.body.field", "country: the text is too short: {1} of at least {2} characters",
      "в стране букв: {1}, а нужно {2}, например BY"),
  ]
}
