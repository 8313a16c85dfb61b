package io.weir.platform.access;

/**
 * A key with what its holder's secret is compared with.
 *
 * @param hash see {@link KeyText#hash}; shown nowhere
 */
public record StoredKey(ApiKey key, String hash) {
  @Override
  public String toString() {
    return "StoredKey[key=%s, hash=***]".formatted(key);
  }
}
