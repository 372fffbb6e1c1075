import GRDB
import CSpatiaLite
import Crypto
