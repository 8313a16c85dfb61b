package io.weir.localstack;

/** The configuration file of a {@link NatsServer}. */
final class NatsConfig {

  private NatsConfig() {}

  static String text(NatsServerOptions options, NatsBinary binary, int port, int monitorPort) {
    // Streams reserve their max_bytes from these limits when they are created; nothing is allocated
    // before it is used.
    // 2.9 refuses the word "always"; from 2.10 on an acknowledged write is on disk.
    String sync = options.flushed() && binary.isAtLeast(2, 10) ? "sync_interval: always" : "";
    return """
        server_name: %s
        listen: "127.0.0.1:%d"
        http: "127.0.0.1:%d"
        ports_file_dir: %s
        jetstream {
          store_dir: %s
          max_memory_store: 512MB
          max_file_store: 64GB
          %s
        }
        %s
        """
        .formatted(
            quoted(options.serverName()),
            port == 0 ? -1 : port,
            monitorPort == 0 ? -1 : monitorPort,
            quoted(options.directory().toString()),
            quoted(options.directory().resolve("jetstream").toString()),
            sync,
            options.extraConfig());
  }

  private static String quoted(String value) {
    return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
