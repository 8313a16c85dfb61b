package io.weir.testsupport;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RaftGroupTest {
  private static final ObjectMapper LENIENT =
      JsonMapper.builder()
          .enable(JsonReadFeature.ALLOW_UNQUOTED_FIELD_NAMES, JsonReadFeature.ALLOW_SINGLE_QUOTES)
          .build();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      value = {
        "{leader:'a', replicas:[{current:true}, {current:true}]} | true",
        "{leader:'a', replicas:[{current:true}, {current:false}]} | false",
        "{leader:'a', replicas:[{current:true}, {current:true, offline:true}]} | false",
        "{leader:'b', replicas:[{current:false}]} | true", // for the leader to say
        "{replicas:[{current:true}]} | false", // nobody leads
        "{leader:'a'} | true", // the only copy
        "none | true", // not of a cluster
      })
  void aMemberAnswersForTheCopiesOfWhatItLeads(@Nullable String cluster, boolean upToDate)
      throws Exception {
    String of = cluster == null ? "" : ", cluster: " + cluster;
    String fine = ", cluster: {leader:'a'}";
    assertEquals(upToDate, RaftGroup.areCopiesUpToDate(jsz(of, fine), "a"), "of a stream");
    assertEquals(upToDate, RaftGroup.areCopiesUpToDate(jsz(fine, of), "a"), "of a consumer");
  }

  /** What a member tells of a stream with a consumer. */
  private static JsonNode jsz(String stream, String consumer) throws IOException {
    return LENIENT.readTree(
        "{account_details:[{stream_detail:[{name:'S'%s, consumer_detail:[{name:'c'%s}]}]}]}"
            .formatted(stream, consumer));
  }
}
