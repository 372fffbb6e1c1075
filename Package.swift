// swift-tools-version: 6.1
import PackageDescription

/// Kernels are compiled with optimisation in debug builds too: tests over large random inputs
/// would otherwise run tens of times slower than what they test.
let alwaysOptimised: [SwiftSetting] = [
  .unsafeFlags(["-O"], .when(configuration: .debug))
]

/// Whether `make test` builds: see docs/decisions/0024.
let isUnderTest = Context.environment["PLANNER_UNDER_TEST"] != nil

/// Tests that compute little themselves are compiled without optimisation in release builds too: what they test is
/// optimised all the same, and the build of them takes a fraction of the time.
let neverOptimised: [SwiftSetting] = [
  .unsafeFlags(
    isUnderTest ? ["-Onone", "-no-whole-module-optimization", "-enable-batch-mode"] : ["-Onone"],
    .when(configuration: .release))
]

/// The programs' own modules have no kernels, and the optimiser takes longer for the first than for any below it.
let optimisedForPeople: [SwiftSetting] =
  isUnderTest ? [.unsafeFlags(["-Onone"], .when(configuration: .release))] : []

let package = Package(
  name: "planner",
  products: [
    .executable(name: "planner", targets: ["planner"]),
    .executable(name: "planner-bench", targets: ["PlannerBenchmarks"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
    .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio.git", exact: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl.git", exact: "2.37.6"),
    .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", exact: "2.1.1"),
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    .package(url: "https://github.com/swift-server/async-http-client.git", exact: "1.37.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
  ],
  targets: [
    // System libraries: module maps only.
    .systemLibrary(name: "CArgon2", pkgConfig: "libargon2", providers: [.apt(["libargon2-dev"])]),
    // Debian's bzip2 comes without a pkg-config file; its header and library stand where the compiler looks anyway.
    .systemLibrary(name: "CBzip2", providers: [.apt(["libbz2-dev"])]),
    .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-gnutls-dev"])]),
    .systemLibrary(name: "CExpat", pkgConfig: "expat", providers: [.apt(["libexpat1-dev"])]),
    .systemLibrary(name: "CProj", pkgConfig: "proj", providers: [.apt(["libproj-dev"])]),
    .systemLibrary(
      name: "CSpatiaLite", pkgConfig: "spatialite", providers: [.apt(["libspatialite-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

    // The house, see docs/ARCHITECTURE.md.
    .target(name: "Kernels", swiftSettings: alwaysOptimised),
    .target(
      name: "Geo", dependencies: ["Kernels", "CBzip2", "CProj", "CZlib"], swiftSettings: alwaysOptimised),
    .target(
      name: "Routing", dependencies: ["Geo", "Kernels"],
      resources: [
        .embedInCode("Roads/Profile/car.json"),
        .embedInCode("Roads/Profile/foot.json"),
      ],
      swiftSettings: alwaysOptimised),
    .target(name: "CRM", dependencies: ["Geo"]),
    .target(
      name: "Store",
      dependencies: [
        "CRM", "Geo", "CArgon2", "CSpatiaLite",
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "Crypto", package: "swift-crypto"),
      ]),
    .target(name: "Planning", dependencies: ["Store", "CRM", "Routing", "Geo"]),
    .target(
      name: "Exchange",
      dependencies: ["Store", "CRM", "Geo", "CExpat", "CZlib", .product(name: "Yams", package: "Yams")]),
    .target(
      name: "Outbound",
      dependencies: [
        "Routing", "Geo", "CCurl",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
      ]),
    .executableTarget(
      name: "planner",
      dependencies: [
        "Planning", "Exchange", "Outbound", "Store", "CRM", "Routing", "Geo",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "Mustache", package: "swift-mustache"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "Yams", package: "Yams"),
      ],
      // Templates and assets are compiled in: the program is one file.
      resources: [
        .embedInCode("Web/Templates/layout.mustache"),
        .embedInCode("Web/Templates/trip.mustache"),
        .embedInCode("Web/Templates/trip-days.mustache"),
        .embedInCode("Web/Templates/trip-marks.mustache"),
        .embedInCode("Web/Templates/plan.mustache"),
        .embedInCode("Web/Templates/plan-draft.mustache"),
        .embedInCode("Web/Templates/plan-nearby.mustache"),
        .embedInCode("Web/Templates/message.mustache"),
        .embedInCode("Web/Templates/data.mustache"),
        .embedInCode("Web/Templates/sign-in.mustache"),
        .embedInCode("Web/Templates/set-password.mustache"),
        .embedInCode("Web/Templates/choice.mustache"),
        .embedInCode("Web/Templates/views.mustache"),
        .embedInCode("Web/Templates/map-region.mustache"),
        .embedInCode("Web/Templates/import.mustache"),
        .embedInCode("Web/Templates/review.mustache"),
        .embedInCode("Web/Templates/nothing-yet.mustache"),
        .embedInCode("Web/Templates/admin.mustache"),
        .embedInCode("Web/Templates/territories.mustache"),
        .embedInCode("Web/Templates/territory-state.mustache"),
        .embedInCode("Web/Templates/territory-region.mustache"),
        .embedInCode("Web/Templates/account.mustache"),
        .embedInCode("Web/Templates/help.mustache"),
        .embedInCode("Web/Templates/help-topics.mustache"),
        .embedInCode("Web/Templates/tour.mustache"),
        .embedInCode("Web/Templates/task.mustache"),
        .embedInCode("Web/Templates/photos.mustache"),
        .embedInCode("Web/Templates/task-talk.mustache"),
        .embedInCode("Web/Templates/partner-edit.mustache"),
        .embedInCode("Web/Templates/address-row.mustache"),
        .embedInCode("Web/Templates/point-row.mustache"),
        .embedInCode("Web/Templates/person-row.mustache"),
        .embedInCode("Web/Templates/road.mustache"),
        .embedInCode("Web/Templates/road-report.mustache"),
        .embedInCode("Web/Templates/map.mustache"),
        .embedInCode("Web/Templates/map-list.mustache"),
        .embedInCode("Web/Templates/map-card.mustache"),
        .embedInCode("Web/Templates/map-tools.mustache"),
        .embedInCode("Web/Templates/chosen.mustache"),
        .embedInCode("Web/Templates/partners.mustache"),
        .embedInCode("Web/Templates/partner.mustache"),
        .embedInCode("Web/Templates/tasks.mustache"),
        .embedInCode("Web/Templates/task-board.mustache"),
        .embedInCode("Web/Templates/task-calendar.mustache"),
        .embedInCode("Web/Templates/search.mustache"),
        .embedInCode("Web/Templates/hits.mustache"),
        .embedInCode("Web/Assets/page.css"),
        .embedInCode("Web/Assets/records.css"),
        .embedInCode("Web/Assets/map.css"),
        .embedInCode("Web/Assets/page.js"),
        .embedInCode("Web/Assets/route.js"),
        .embedInCode("Web/Assets/send.js"),
        .embedInCode("Web/Assets/plan.js"),
        .embedInCode("Web/Assets/forms.js"),
        .embedInCode("Web/Assets/pin.js"),
        .embedInCode("Web/Assets/import.js"),
        .embedInCode("Web/Assets/review.js"),
        .embedInCode("Web/Assets/road.js"),
        .embedInCode("Web/Assets/road-queue.js"),
        .embedInCode("Web/Assets/road-worker.js"),
        .embedInCode("Web/Assets/map.js"),
        .embedInCode("Web/Assets/basemap.js"),
        .embedInCode("Web/Assets/choose.js"),
        .embedInCode("Web/Assets/shapes.js"),
        .embedInCode("Web/Assets/sign.js"),
        .embedInCode("Web/Assets/frame.js"),
        .embedInCode("Web/Assets/device.js"),
        .embedInCode("Web/Assets/suggest.js"),
        .embedInCode("Web/Assets/drag.js"),
        .embedInCode("Web/Assets/lasso.js"),
        .embedInCode("Web/Assets/territories.js"),
        .embedInCode("Web/Assets/regions.js"),
        .embedInCode("Web/Assets/places.js"),
        .embedInCode("Web/Assets/help.js"),
        .embedInCode("Web/Assets/icon.svg"),
        .embedInCode("HTTP/OpenAPI/base.yaml"),
        .embedInCode("HTTP/OpenAPI/history.yaml"),
        .embedInCode("HTTP/OpenAPI/partners.yaml"),
        .embedInCode("HTTP/OpenAPI/service.yaml"),
        .embedInCode("HTTP/OpenAPI/people.yaml"),
        .embedInCode("HTTP/OpenAPI/exports.yaml"),
        .embedInCode("HTTP/OpenAPI/selections.yaml"),
        .embedInCode("HTTP/OpenAPI/geocoding.yaml"),
        .embedInCode("HTTP/OpenAPI/trips.yaml"),
        .embedInCode("HTTP/OpenAPI/tasks.yaml"),
        .embedInCode("HTTP/OpenAPI/photos.yaml"),
        .embedInCode("HTTP/OpenAPI/search.yaml"),
        .embedInCode("HTTP/OpenAPI/inbound.yaml"),
      ],
      swiftSettings: optimisedForPeople),
    .executableTarget(
      name: "PlannerBenchmarks",
      dependencies: ["Planning", "Exchange", "Store", "CRM", "Routing", "Geo", "Kernels"],
      path: "Benchmarks",
      exclude: [
        "README.md", "Roads/measure_osrm.py", "Roads/osrm-python", "Roads/osrm-requirements.txt",
        "Service/export.py", "Service/load.sh", "Service/pages.py", "Service/plan.py",
        "Solvers/fleet_references.py", "Solvers/references.py",
        "Solvers/requirements.txt",
      ], swiftSettings: optimisedForPeople),

    .target(name: "TestSupport", path: "Tests/Support"),
    .target(
      name: "NetworkSupport",
      dependencies: [
        .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
      ], path: "Tests/NetworkSupport"),
    .testTarget(name: "KernelsTests", dependencies: ["Kernels", "TestSupport"]),
    .testTarget(name: "GeoTests", dependencies: ["Geo", "CBzip2", "TestSupport"]),
    .testTarget(name: "RoutingTests", dependencies: ["Routing", "Geo"]),
    .testTarget(name: "CRMTests", dependencies: ["CRM", "TestSupport"], swiftSettings: neverOptimised),
    .testTarget(
      name: "StoreTests",
      dependencies: [
        "Store", "TestSupport", .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "Crypto", package: "swift-crypto"),
      ], exclude: ["Fixtures"], swiftSettings: neverOptimised),
    .testTarget(
      name: "PlanningTests", dependencies: ["Planning", "Store", "CRM", "Routing", "Geo"],
      swiftSettings: neverOptimised),
    .testTarget(
      name: "ExchangeTests", dependencies: ["Exchange", "TestSupport"], swiftSettings: neverOptimised),
    .testTarget(
      name: "OutboundTests",
      dependencies: [
        "Outbound", "Routing", "NetworkSupport",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
      ], exclude: ["Fixtures"], swiftSettings: neverOptimised),
    .testTarget(
      name: "plannerTests",
      dependencies: [
        "planner", "TestSupport", "NetworkSupport",
        .product(name: "HummingbirdTesting", package: "hummingbird"),
      ], exclude: ["Transcripts"], swiftSettings: neverOptimised),
  ],
  swiftLanguageModes: [.v6]
)

// What `scripts/fuzz` builds; libFuzzer brings the entry point.
if Context.environment["PLANNER_FUZZ"] != nil {
  package.targets.append(
    .executableTarget(
      name: "PlannerFuzz", dependencies: ["Exchange", "CRM", "Routing", "Geo"], path: "Tests/fuzz/Targets",
      swiftSettings: [.unsafeFlags(["-parse-as-library"])]))
}
