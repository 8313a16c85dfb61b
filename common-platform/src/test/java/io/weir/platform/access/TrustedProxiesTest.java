package io.weir.platform.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TrustedProxiesTest {
  private static final TrustedProxies PROXIES =
      TrustedProxies.parse("10.0.0.0/8, 192.168.1.5, fd00::/9").orElseThrow();

  private static String client(TrustedProxies proxies, String peer, String... forwardedFor) {
    return proxies
        .clientOf(InetAddress.ofLiteral(peer), List.of(forwardedFor))
        .address()
        .getHostAddress();
  }

  private static String limitedBy(String address) {
    return new ClientAddress(InetAddress.ofLiteral(address)).limitedBy();
  }

  @Test
  void strangersAreNotBelieved() {
    assertEquals("203.0.113.9", client(PROXIES, "203.0.113.9", "198.51.100.1"));
    assertEquals("10.0.0.1", client(TrustedProxies.NONE, "10.0.0.1", "198.51.100.1"));
  }

  @Test
  void theLastAddressThatNoTrustedProxyHasIsTheClient() {
    assertEquals("198.51.100.1", client(PROXIES, "10.0.0.1", "198.51.100.1"));
    assertEquals("198.51.100.1", client(PROXIES, "10.0.0.1", "6.6.6.6, 198.51.100.1, 10.9.9.9"));
    assertEquals("198.51.100.1", client(PROXIES, "10.0.0.1", "6.6.6.6", "198.51.100.1,10.9.9.9"));
    assertEquals("10.2.2.2", client(PROXIES, "10.0.0.1", "10.2.2.2"), "from within");
    assertEquals("10.0.0.1", client(PROXIES, "10.0.0.1"));
  }

  @Test
  void portsAreLeftOutAndRubbishEndsTheWay() {
    assertEquals("198.51.100.1", client(PROXIES, "10.0.0.1", "198.51.100.1:4711"));
    assertEquals("2001:db8:0:0:0:0:0:7", client(PROXIES, "fd00::1", "[2001:db8::7]:4711"));
    assertEquals("2001:db8:0:0:0:0:0:7", client(PROXIES, "fd00::1", "2001:db8::7"));
    for (String rubbish : new String[] {"unknown", "7", "1.2.3.4.5", "[::1", "localhost", "_x"}) {
      assertEquals("10.0.0.1", client(PROXIES, "10.0.0.1", "198.51.100.1, " + rubbish), rubbish);
    }
  }

  @Test
  void networksEndWhereTheirBitsSay() {
    assertEquals("11.0.0.1", client(PROXIES, "11.0.0.1", "198.51.100.1"));
    assertEquals("192.168.1.4", client(PROXIES, "192.168.1.4", "198.51.100.1"));
    assertEquals("198.51.100.1", client(PROXIES, "fd7f::1", "198.51.100.1"));
    assertEquals("fd80:0:0:0:0:0:0:1", client(PROXIES, "fd80::1", "198.51.100.1"));
    TrustedProxies all = TrustedProxies.parse("0.0.0.0/0").orElseThrow();
    assertEquals("6.6.6.6", client(all, "203.0.113.9", "6.6.6.6"));
    assertEquals("fd00:0:0:0:0:0:0:1", client(all, "fd00::1", "6.6.6.6"));
  }

  @Test
  void whatIsNoNetworkIsRefused() {
    assertEquals(Optional.of(TrustedProxies.NONE), TrustedProxies.parse(""));
    for (String wrong :
        new String[] {"proxy.example", "10", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "::/129"}) {
      assertEquals(Optional.empty(), TrustedProxies.parse("10.0.0.1, " + wrong), wrong);
    }
  }

  @Test
  void anIpV6ClientIsItsNetworkOfSixtyFourBits() {
    assertEquals("address:198.51.100.1", limitedBy("198.51.100.1"));
    assertEquals("address:20010db800010002/64", limitedBy("2001:db8:1:2::1"));
    assertEquals(limitedBy("2001:db8:1:2::1"), limitedBy("2001:db8:1:2:ffff::9"));
    assertNotEquals(limitedBy("2001:db8:1:2::1"), limitedBy("2001:db8:1:3::1"));
    assertEquals("address:198.51.100.1", limitedBy("::ffff:198.51.100.1"), "IPv4 in disguise");
  }
}
