package io.weir.entity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Scanner;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Who watches breadcrumbs sees each change once, also those that came while they were away. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class BreadcrumbLiveIT {
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private TestPlatform platform;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    platform = new TestPlatform(folder);
  }

  @AfterAll
  void stop() {
    http.shutdownNow();
    platform.close();
  }

  private Scanner watch(String query, String... headers) throws Exception {
    var request =
        HttpRequest.newBuilder(platform.service.url().resolve("/breadcrumbs/events" + query));
    if (headers.length > 0) {
      request.headers(headers);
    }
    HttpResponse<InputStream> answer = http.send(request.build(), BodyHandlers.ofInputStream());
    assertEquals(200, answer.statusCode());
    return new Scanner(answer.body(), StandardCharsets.UTF_8);
  }

  private String create(String owner, String tags) throws Exception {
    return platform.create(
        """
        {"title": "Ferry", "owner": "%s", "tags": [%s], "schema_name": "note.v1",
         "context": {"content": "The ferry leaves from pier 3."}}
        """
            .formatted(owner, tags));
  }

  /** Events as {@code type breadcrumb} until {@code last}; the last line is the last id. */
  private static List<String> until(Scanner lines, String last) {
    var seen = new ArrayList<String>();
    String type = "";
    String id = "";
    while (lines.hasNextLine()) {
      String line = lines.nextLine();
      if (line.startsWith("event: ")) {
        type = line.substring(7);
      } else if (line.startsWith("id: ")) {
        id = line.substring(4);
      } else if (line.startsWith("data: ")) {
        String breadcrumb = line.replaceAll(".*\"id\":\"([^\"]*)\".*", "$1");
        seen.add(type + " " + breadcrumb);
        if (seen.getLast().equals(last)) {
          seen.add(id);
          return seen;
        }
      }
    }
    throw new AssertionError("the stream ended: " + seen);
  }

  private static void awaitBegin(Scanner lines) {
    assertTrue(lines.nextLine().startsWith("id: "));
  }

  @Test
  void eachChangeIsToldOnceAndWhoWasAwayGetsWhatTheyMissed() throws Exception {
    String first;
    List<String> seen;
    try (Scanner lines = watch("?owner=ada")) {
      awaitBegin(lines);
      String _ = create("bob", "");
      first = create("ada", "\"a\"");
      seen = until(lines, "created " + first);
      assertEquals(2, seen.size(), seen::toString);
    }
    String resume = seen.getLast();
    assertEquals(200, platform.send("DELETE", "/breadcrumbs/" + first, "").status());
    String second = create("ada", "\"a\", \"b\"");
    try (Scanner lines = watch("?owner=ada", "Last-Event-ID", resume)) {
      List<String> missed = until(lines, "created " + second);
      assertEquals(
          List.of("deleted " + first, "created " + second), missed.subList(0, missed.size() - 1));
      String third = create("ada", "");
      List<String> live = until(lines, "created " + third);
      assertEquals(2, live.size(), live::toString);
    }
  }

  @Test
  void onlyWhatIsWantedIsTold() throws Exception {
    try (Scanner tagged = watch("?owner=cem&tags=x,y&schema=note.v1")) {
      awaitBegin(tagged);
      String _ = create("cem", "\"x\"");
      String wanted = create("cem", "\"y\", \"x\"");
      assertEquals(2, until(tagged, "created " + wanted).size());
      // Of what is deleted no tags are left to want it by.
      assertEquals(200, platform.send("DELETE", "/breadcrumbs/" + wanted, "").status());
      assertEquals(2, until(tagged, "deleted " + wanted).size());
    }
    assertEquals(
        400, platform.send("GET", "/breadcrumbs/events", "", "Last-Event-ID", "seven").status());
  }

  @Test
  void aKilledBrokerHidesNoChange() throws Exception {
    try (Scanner lines = watch("?owner=eve")) {
      awaitBegin(lines);
      String before = create("eve", "");
      assertEquals(2, until(lines, "created " + before).size());
      platform.nats.kill();
      String meanwhile = create("eve", "");
      platform.nats.restart();
      assertEquals(2, until(lines, "created " + meanwhile).size());
      String after = create("eve", "");
      assertEquals(2, until(lines, "created " + after).size());
    }
  }

  @Test
  void whatTheStreamHasDroppedIsToldAsLost() throws Exception {
    String gone = create("fay", "");
    try (Scanner lines = watch("?owner=fay", "Last-Event-ID", "999999999")) {
      assertEquals("event: lost", lines.nextLine(), gone);
    }
  }
}
