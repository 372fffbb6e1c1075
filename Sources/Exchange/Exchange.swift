/// What crosses the border of the house: partner lists coming in, trips, partners and regions going out.
///
/// Start at ``PartnerImport`` for lists from another system, at ``BatchGeocoder`` for a column of addresses, and at
/// ``TripGeoJSON``, ``TripGPX``, ``TripCalendar``, ``TripCSV``, ``PartnersGeoJSON``, ``PartnersCSV``,
/// ``RegionsGeoJSON`` and ``GeocodeJSON`` for what leaves. Readers are streaming: memory does not grow with the file.
/// Coordinates are WGS 84, latitude first in Swift and longitude first only inside GeoJSON.
