import Testing
import HummingbirdTesting
@testable import planner
