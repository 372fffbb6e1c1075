import NIOSSL

/// For `localhost` and `127.0.0.1`, signed by itself; of no use anywhere else.
public enum LoopbackCertificate {
  public static let certificate = """
    -----BEGIN CERTIFICATE-----
    MIIBmzCCAUGgAwIBAgIUfka7t3xzFypE3kjfAOhyrcsDgP8wCgYIKoZIzj0EAwIw
    FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyNjE0MzYxOFoYDzIxMjYxMTAy
    MTQzNjE4WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
    PQMBBwNCAAQZ9/8CohzcNWp6FmEtkXcb91RhEfhjk9OI70jOXkaIJVKqvn/P/Z2l
    ZuYjgmmsZGHngLDIPg9b4LR41tG9HcAwo28wbTAdBgNVHQ4EFgQUR2VQeDnCNL4g
    pJ4oFiyN5cI6m5gwHwYDVR0jBBgwFoAUR2VQeDnCNL4gpJ4oFiyN5cI6m5gwGgYD
    VR0RBBMwEYIJbG9jYWxob3N0hwR/AAABMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZI
    zj0EAwIDSAAwRQIhAMnr6tPVr6hTPCU622BeTLKZi6OR/ZKsQzGqxnytgQQYAiBy
    JVeei4Uds5pQxMq2nzR4Nbnd6tWyYtpaxFR2vwXPNw==
    -----END CERTIFICATE-----
    """
  static let key = """
    -----BEGIN PRIVATE KEY-----
    MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgDwrdjIy61CVTDH+i
    RYp2WWLtgZQdwjdlQ7gfafr0dKmhRANCAAQZ9/8CohzcNWp6FmEtkXcb91RhEfhj
    k9OI70jOXkaIJVKqvn/P/Z2lZuYjgmmsZGHngLDIPg9b4LR41tG9HcAw
    -----END PRIVATE KEY-----
    """

  /// What a server on loopback needs to speak TLS.
  public static func server() throws -> NIOSSLContext {
    try NIOSSLContext(
      configuration: .makeServerConfiguration(
        certificateChain: [.certificate(NIOSSLCertificate(bytes: Array(certificate.utf8), format: .pem))],
        privateKey: .privateKey(NIOSSLPrivateKey(bytes: Array(key.utf8), format: .pem))))
  }
}
