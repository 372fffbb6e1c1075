extension GeocodeSets {
  /// Everyday words by language: no addresses, though some are the name of a place as well.
  static let ordinaryWords: [(language: String, words: [String])] = [
    (
      "Russian",
      """
      нигде везде всегда никогда иногда сегодня завтра вчера быстро медленно хорошо плохо можно нужно надо
      есть был была будет стол стул окно дверь книга ручка вода огонь земля небо солнце луна звезда дерево
      трава цветок собака кошка лошадь корова птица рыба человек мужчина женщина ребёнок друг враг отец
      мать брат сестра сын дочь рука нога голова глаз нос ухо рот зуб сердце кровь хлеб молоко мясо сыр
      масло соль сахар чай кофе пиво вино дом дорога машина поезд самолёт работа деньги время день ночь
      утро вечер неделя месяц год зима весна лето осень белый чёрный красный синий зелёный большой
      маленький новый старый первый второй третий один два три четыре пять десять сто тысяча привет
      спасибо пожалуйста извините директор менеджер бухгалтер позвонить встреча договор клиент адрес
      телефон почта склад офис кафе магазин гостиница аптека школа больница вокзал аэропорт самовывоз
      неизвестно уточнить закрыто переехали отсутствует тест
      """.split(whereSeparator: \.isWhitespace).map(String.init)
    ),
    (
      "Belarusian",
      """
      дзень ноч вада хата стол кніга сабака кот чалавек жанчына маці бацька сястра рука нага галава хлеб
      малако сёння заўтра ўчора добра дрэнна нідзе заўсёды ніколі вялікі малы белы чорны дзякуй калі ласка
      праца грошы час
      """.split(whereSeparator: \.isWhitespace).map(String.init)
    ),
    (
      "Ukrainian",
      """
      ніде завжди ніколи сьогодні завтра вчора добре погано вікно двері книжка вода вогонь земля небо
      сонце місяць зірка дерево квітка собака кіт кінь корова птах риба людина чоловік жінка дитина друг
      ворог батько мати
      """.split(whereSeparator: \.isWhitespace).map(String.init)
    ),
    (
      "Polish",
      """
      nigdzie zawsze nigdy dzisiaj jutro wczoraj dobrze źle można trzeba był była będzie stół krzesło okno
      drzwi książka długopis woda ogień ziemia niebo słońce księżyc gwiazda drzewo trawa kwiat pies kot
      koń krowa ptak ryba człowiek mężczyzna kobieta dziecko przyjaciel wróg ojciec matka brat siostra syn
      córka ręka noga głowa oko nos ucho usta ząb serce krew chleb mleko mięso ser masło sól cukier
      herbata kawa piwo wino dom droga samochód pociąg samolot praca pieniądze czas dzień noc rano wieczór
      tydzień miesiąc rok zima wiosna lato jesień biały czarny czerwony niebieski zielony duży mały nowy
      stary pierwszy drugi trzeci jeden dwa trzy cztery dziesięć sto tysiąc cześć dziękuję proszę
      przepraszam dyrektor klient umowa adres telefon poczta magazyn biuro sklep apteka szkoła szpital
      dworzec lotnisko brak nieznany zamknięte
      """.split(whereSeparator: \.isWhitespace).map(String.init)
    ),
    (
      "German",
      """
      nirgends immer nie heute morgen gestern gut schlecht kann muss war wird Tisch Stuhl Fenster Tür Buch
      Wasser Feuer Erde Himmel Sonne Mond Stern Baum Gras Blume Hund Katze Pferd Kuh Vogel Fisch Mensch
      Mann Frau Kind Freund Feind Vater Mutter Bruder Schwester Sohn Tochter Hand Fuß Kopf Auge Nase Ohr
      Mund Zahn Herz Blut Brot Milch Fleisch Käse Butter Salz Zucker Tee Kaffee Bier Wein Haus Weg Auto
      Zug Flugzeug Arbeit Geld Zeit Tag Nacht Abend Woche Monat Jahr Winter Frühling Sommer Herbst weiß
      schwarz rot blau grün groß klein neu alt erste zweite dritte eins zwei drei vier zehn hundert
      tausend hallo danke bitte Entschuldigung Direktor Kunde Vertrag Adresse Telefon Lager Büro Laden
      Apotheke Schule Krankenhaus Bahnhof Flughafen unbekannt geschlossen
      """.split(whereSeparator: \.isWhitespace).map(String.init)
    ),
    (
      "English",
      """
      nowhere always never today tomorrow yesterday well bad can must was table chair window door book
      water fire earth sky sun moon star tree grass flower dog cat horse cow bird fish human man woman
      child friend enemy father mother brother sister son daughter hand foot head eye nose ear mouth tooth
      heart blood bread milk meat cheese butter salt sugar tea coffee beer wine house road car train plane
      work money time day night morning evening week month year winter spring summer autumn white black
      red blue green big small new old first second third one two three four ten hundred thousand hello
      thanks please sorry manager client contract address phone mail office shop pharmacy school hospital
      station airport unknown closed missing none test
      """.split(whereSeparator: \.isWhitespace).map(String.init)
    ),
  ]
}
