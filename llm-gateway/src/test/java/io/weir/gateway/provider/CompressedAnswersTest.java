package io.weir.gateway.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.zip.GZIPOutputStream;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import org.junit.jupiter.api.Test;

class CompressedAnswersTest {
  private static final String WORDS = "data: {\"error\":{\"message\":\"zipped\"}}\n\n";

  @Test
  void whatIsCompressedAllTheSameIsReadAsWhatItSays() throws IOException {
    for (String encoding : new String[] {"gzip", "GZIP", "identity"}) {
      Response response = response(encoding);
      assertEquals(
          WORDS, UpstreamHttp.source(response, Objects.requireNonNull(response.body())).readUtf8());
      assertEquals(
          WORDS, new String(UpstreamHttp.errorBody(response(encoding)), StandardCharsets.UTF_8));
    }
  }

  private static Response response(String encoding) throws IOException {
    byte[] bytes = WORDS.getBytes(StandardCharsets.UTF_8);
    var zipped = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(zipped)) {
      gzip.write(bytes);
    }
    boolean plain = encoding.equals("identity");
    return new Response.Builder()
        .request(new Request.Builder().url("http://127.0.0.1/").build())
        .protocol(Protocol.HTTP_1_1)
        .code(400)
        .message("")
        .header("Content-Encoding", encoding)
        .body(ResponseBody.create(plain ? bytes : zipped.toByteArray(), null))
        .build();
  }
}
