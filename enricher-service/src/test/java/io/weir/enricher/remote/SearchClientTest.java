package io.weir.enricher.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.enricher.StandIn;
import io.weir.enricher.pipeline.Document;
import io.weir.enricher.remote.PassageSource.Retrieval;
import io.weir.messaging.health.HealthCheck;
import io.weir.messaging.runtime.Secret;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SearchClientTest {
  private static final String RESULTS =
      """
      {"results": [
        {"id": "b-1", "version": 3, "title": "Trails", "score": 0.9,
         "context": {"content": "Mud 🏃 everywhere.", "tags": ["x"], "summary": ""}},
        {"id": "b-2", "version": 1, "score": 0.5, "context": {"note": "no text field"}}]}
      """;

  private final List<SearchClient> clients = new ArrayList<>();

  @Test
  void results_become_documents_with_their_texts_as_they_are_stored() throws Exception {
    try (StandIn search = StandIn.answering(200, RESULTS)) {
      SearchClient client = client(search.uri());
      var found =
          assertInstanceOf(Retrieval.Found.class, client.find("mud & trails", 7, Optional.empty()));
      assertEquals(
          List.of(
              new Document(
                  "b-1", 3, 0.9, List.of(new Document.Field("content", "Mud 🏃 everywhere.")))),
          found.documents());
      assertEquals(List.of("/search?q=mud+%26+trails&limit=7"), search.asked());
    }
  }

  @Test
  void the_key_and_whose_documents_are_wanted_go_with_the_query() throws Exception {
    try (StandIn search = StandIn.answering(200, RESULTS)) {
      client(search.uri()).find("mud", 7, Optional.of("ada & co"));
      var keyed =
          new SearchClient(search.uri(), Optional.of(new Secret("k")), Duration.ofSeconds(5));
      clients.add(keyed);
      keyed.find("mud", 7, Optional.empty());
      assertEquals(
          List.of("/search?q=mud&limit=7&owner=ada+%26+co", "/search?q=mud&limit=7"),
          search.asked());
      assertEquals(List.of("null", "Bearer k"), search.shown());
    }
  }

  @Test
  void a_long_query_is_cut_between_words() throws Exception {
    try (StandIn search = StandIn.answering(200, RESULTS)) {
      SearchClient client = client(search.uri());
      client.find("trail ".repeat(500), 7, Optional.empty());
      assertTrue(search.asked().getFirst().length() < 600);
      assertTrue(search.asked().getFirst().endsWith("trail&limit=7"));
    }
  }

  @Test
  void an_error_of_the_service_is_tried_twice_and_a_refusal_once() throws Exception {
    try (StandIn search = StandIn.answering(503, "{}")) {
      SearchClient client = client(search.uri());
      assertEquals(new Retrieval.Away("status 503"), client.find("mud", 7, Optional.empty()));
      assertEquals(2, search.asked().size());
      search.answer(400, "{}");
      assertEquals(new Retrieval.Away("status 400"), client.find("mud", 7, Optional.empty()));
      assertEquals(3, search.asked().size());
    }
  }

  @Test
  void an_answer_that_is_no_list_of_results_counts_as_away() throws Exception {
    try (StandIn search = StandIn.answering(200, "<html>")) {
      SearchClient client = client(search.uri());
      assertInstanceOf(Retrieval.Away.class, client.find("mud", 7, Optional.empty()));
      search.answer(200, "{}");
      assertInstanceOf(Retrieval.Away.class, client.find("mud", 7, Optional.empty()));
    }
  }

  @Test
  void nobody_listening_counts_as_away() throws Exception {
    URI gone;
    try (StandIn search = StandIn.answering(200, RESULTS)) {
      gone = search.uri();
    }
    assertInstanceOf(Retrieval.Away.class, client(gone).find("mud", 7, Optional.empty()));
  }

  @Test
  void health_says_how_the_last_search_went() throws Exception {
    try (StandIn search = StandIn.answering(503, "{}")) {
      SearchClient client = client(search.uri());
      assertEquals(HealthCheck.Status.OK, client.checks().getFirst().status());
      client.find("mud", 7, Optional.empty());
      HealthCheck away = client.checks().getFirst();
      assertEquals(HealthCheck.Status.DEGRADED, away.status());
      assertEquals("the last search failed: status 503", away.reason());
      search.answer(200, RESULTS);
      client.find("mud", 7, Optional.empty());
      assertEquals(HealthCheck.Status.OK, client.checks().getFirst().status());
    }
  }

  private SearchClient client(URI uri) {
    var client = new SearchClient(uri, Optional.empty(), Duration.ofSeconds(5));
    clients.add(client);
    return client;
  }

  @AfterEach
  void close() {
    clients.forEach(SearchClient::close);
  }
}
