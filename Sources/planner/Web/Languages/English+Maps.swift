extension MapPhrases {
  static let english = MapPhrases(
    serviceTitle: "Map data",
    serviceText:
      "Partners, regions and trips for map viewers and other programs, as OGC API – Features: QGIS, GDAL and others read it as it is.",
    connect: "Address for your program",
    collections: "Collections", conformance: "Conformance", definition: "API definition",
    definitionText:
      "Every resource answers as JSON and as a page: f=json and f=html choose, else the Accept header does.",
    thisDocument: "This document", asPage: "As a page", previousPage: "Previous page", nextPage: "Next page",
    forPrograms: "For programs", whereYouAre: "Where you are", browse: "Browse the features",
    properties: "Properties", eachProperty: "any property", sortables: "Order",
    told: "The properties to tell; all when it is left out.",
    token: "A token; with Basic, login and token as user name and password.",
    order: "The properties to order by, - before one for downwards; features without a value come last.",
    property: "Property", meaning: "Meaning", values: "Values", address: "Address",
    parameters: "Parameters", extent: "Extent", time: "Time", systems: "Reference systems",
    identifier: "Identifier", place: "Place", nowhere: "no place known", nothing: "Nothing fits here.",
    yes: "yes", no: "no",
    shown: { "\($0) of \($1)" },
    propertiesText: {
      "Each may stand in the address of the features, as in /collections/\($0)/items?name=value."
    },
    sortablesText: {
      "Features come in the order of these, as in /collections/\($0)/items?sortby=name,-other: - is downwards, features without a value come last."
    },
    collectionWords: [
      "partners": .init(title: "Partners", text: "Companies the operator works with, at their addresses."),
      "regions": .init(title: "Regions", text: "Countries and their first-level subdivisions."),
      "trips": .init(title: "Trips", text: "Planned trips, each with its route."),
      "stops": .init(title: "Stops", text: "The visits of all trips, with their times."),
      "legs": .init(title: "Legs", text: "The drives between neighbouring stops."),
      "territories": .init(title: "Territories", text: "Which manager looks after which area."),
    ],
    propertyWords: [
      "name": "Name", "kind": "Kind", "status": "Status", "responsible": "Responsible", "address": "Address",
      "phone": "Phone", "registrationNumber": "Registration number", "level": "Precision",
      "regionLevel": "Level",
      "stale": "Place to check",
      "lastVisit": "Last visit", "callIntervalDays": "Days between visits", "openingHours": "Opening hours",
      "doNotVisit": "Visits not wanted", "tags": "Tags", "version": "Version", "code": "Code",
      "nameRu": "Name in Russian", "country": "Country", "origin": "Origin", "title": "Title",
      "state": "State",
      "start": "Start", "end": "End", "firstDay": "First day", "lastDay": "Last day", "days": "Days",
      "stops": "Stops", "metres": "Distance", "seconds": "Driving", "matrix": "Distances by",
      "timeZone": "Time zone", "savedAt": "Saved", "trip": "Trip", "tripTitle": "Trip title",
      "partner": "Partner", "day": "Day", "date": "Date", "position": "Place in the day",
      "arrival": "Arrival",
      "serviceStart": "Visit begins", "departure": "Departure", "locked": "Locked", "visit": "Visit",
      "outcome": "Outcome", "source": "Source", "region": "Region", "regionName": "Region's name",
      "regionNameRu": "Region's name in Russian", "manager": "Manager", "managerName": "Manager's name",
    ],
    kindWords: [
      "text": "text", "integer": "whole number", "number": "number", "boolean": "true, false",
      "instant": "moment (UTC)", "day": "day", "identifier": "identifier",
    ],
    valueWords: [
      "status.prospect": "prospect", "status.active": "active", "status.paused": "paused",
      "status.closed": "closed", "matrix.greatCircle": "great circle", "source.greatCircle": "great circle",
    ])
}
