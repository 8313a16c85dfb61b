package io.weir.platform.openapi;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.protobuf.ByteString;
import io.weir.platform.contract.Routes;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What a service says of its HTTP interface, as it is served.
 *
 * @param json OpenAPI 3.1 in JSON
 * @param etag changes with the document, quotes included
 */
public record OpenApiDocument(ByteString json, String etag) {
  private static final int TAG_DIGITS = 32;

  /**
   * The document of {@code service}, made anew: it takes some time.
   *
   * @throws IllegalStateException when it does not fit the table of routes
   */
  public static OpenApiDocument of(String service) {
    byte[] json;
    try {
      json =
          JsonMapper.builder()
              .build()
              .writeValueAsBytes(DocumentJoin.of(service, Routes.of(service)));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("cannot write a document of JSON values", e);
    }
    return new OpenApiDocument(
        ByteString.copyFrom(json), "\"" + digest(json).substring(0, TAG_DIGITS) + "\"");
  }

  private static String digest(byte[] json) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(json));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  @Override
  public String toString() {
    return json.toString(StandardCharsets.UTF_8);
  }
}
