package io.weir.platform.access;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The proxies whose {@code X-Forwarded-For} is believed; what others say there is their invention.
 * Never asks a name server. Immutable.
 *
 * @param networks where they are
 */
public record TrustedProxies(List<Network> networks) {
  /** Nobody is believed. */
  public static final TrustedProxies NONE = new TrustedProxies(List.of());

  /**
   * Addresses that have their first bits in common.
   *
   * @param bits how many
   */
  public record Network(InetAddress address, int bits) {
    /** Whether {@code other} is one of them. */
    public boolean contains(InetAddress other) {
      byte[] own = address.getAddress();
      byte[] its = other.getAddress();
      if (own.length != its.length) {
        return false;
      }
      for (int bit = 0; bit < bits; bit++) {
        int mask = 0x80 >> (bit % Byte.SIZE);
        if (((own[bit / Byte.SIZE] ^ its[bit / Byte.SIZE]) & mask) != 0) {
          return false;
        }
      }
      return true;
    }
  }

  public TrustedProxies {
    networks = List.copyOf(networks);
  }

  /**
   * Reads addresses and networks: {@code 10.0.0.0/8, 192.168.1.5, fd00::/8}.
   *
   * @return empty when one of them is none
   */
  public static Optional<TrustedProxies> parse(String text) {
    List<Optional<Network>> networks =
        items(List.of(text)).stream().map(TrustedProxies::network).toList();
    return networks.stream().allMatch(Optional::isPresent)
        ? Optional.of(new TrustedProxies(networks.stream().flatMap(Optional::stream).toList()))
        : Optional.empty();
  }

  /**
   * Who is really asking: the last address on the way that no trusted proxy has.
   *
   * @param peer who opened the connection
   * @param forwardedFor the values of {@code X-Forwarded-For}, in their order
   */
  public ClientAddress clientOf(InetAddress peer, List<String> forwardedFor) {
    InetAddress client = peer;
    for (String hop : items(forwardedFor).reversed()) {
      if (!trusts(client)) {
        break;
      }
      Optional<InetAddress> before = address(hop);
      if (before.isEmpty()) {
        break; // what a trusted proxy calls "unknown" is known no better than the proxy
      }
      client = before.get();
    }
    return new ClientAddress(client);
  }

  private boolean trusts(InetAddress address) {
    return networks.stream().anyMatch(network -> network.contains(address));
  }

  private static List<String> items(List<String> lists) {
    return lists.stream()
        .flatMap(list -> Stream.of(list.split(",")))
        .map(String::strip)
        .filter(item -> !item.isEmpty())
        .toList();
  }

  private static Optional<Network> network(String text) {
    int slash = text.indexOf('/');
    Optional<InetAddress> address = literal(slash < 0 ? text : text.substring(0, slash));
    if (address.isEmpty()) {
      return Optional.empty();
    }
    int most = address.get().getAddress().length * Byte.SIZE;
    try {
      int bits = slash < 0 ? most : Integer.parseInt(text.substring(slash + 1));
      return bits >= 0 && bits <= most
          ? Optional.of(new Network(address.get(), bits))
          : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** With the port that some proxies add: {@code 192.0.2.7:4711}, {@code [2001:db8::7]:4711}. */
  private static Optional<InetAddress> address(String hop) {
    if (hop.startsWith("[")) {
      int end = hop.indexOf(']');
      return end < 0 ? Optional.empty() : literal(hop.substring(1, end));
    }
    int colon = hop.indexOf(':');
    boolean withPort = colon >= 0 && colon == hop.lastIndexOf(':');
    return literal(withPort ? hop.substring(0, colon) : hop);
  }

  private static Optional<InetAddress> literal(String text) {
    boolean isIpV4 = text.chars().filter(c -> c == '.').count() == 3;
    if (!isIpV4 && text.indexOf(':') < 0) {
      return Optional.empty(); // "10" would be read as 0.0.0.10
    }
    try {
      return Optional.of(InetAddress.ofLiteral(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
