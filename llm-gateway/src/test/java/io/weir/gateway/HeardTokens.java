package io.weir.gateway;

import com.google.protobuf.ByteString;
import io.weir.gateway.pipeline.Json;
import io.weir.platform.live.TokenReader;
import io.weir.proto.v1.LlmChunk.Ending;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What readers of an answer's tokens have been told, one after the other. */
final class HeardTokens implements TokenReader.Listener {
  final List<Integer> attempts = new CopyOnWriteArrayList<>();
  final List<String> words = new CopyOnWriteArrayList<>();
  final List<Integer> missing = new CopyOnWriteArrayList<>();
  final List<Ending> endings = new CopyOnWriteArrayList<>();

  @Override
  public void begins(int attempt) {
    attempts.add(attempt);
    words.clear();
  }

  @Override
  public void chunk(ByteString json) {
    String word =
        Json.object(json.toByteArray()).orElseThrow().at("/choices/0/delta/content").asText("");
    if (!word.isEmpty()) {
      words.add(word);
    }
  }

  @Override
  public void missing(int chunks) {
    missing.add(chunks);
  }

  @Override
  public void ends(Ending how) {
    endings.add(how);
  }

  /** What the attempt that is heard has said. */
  String text() {
    return String.join("", words);
  }
}
