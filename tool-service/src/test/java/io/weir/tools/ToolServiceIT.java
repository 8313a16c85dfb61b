package io.weir.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import com.google.protobuf.util.JsonFormat;
import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.Subscription;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsMessage;
import io.weir.localstack.NatsServer;
import io.weir.localstack.ServiceLaunch;
import io.weir.localstack.ServiceProcess;
import io.weir.messaging.ProtobufCodec;
import io.weir.platform.contract.Codecs;
import io.weir.proto.v1.ToolError.Code;
import io.weir.proto.v1.ToolRequest;
import io.weir.proto.v1.ToolResponse;
import io.weir.testsupport.Await;
import io.weir.testsupport.TestNats;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The tools as a process, asked on a real server as any program may ask them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(value = 480, unit = TimeUnit.SECONDS)
class ToolServiceIT {
  private static final Duration SOON = Duration.ofMinutes(3);
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final List<String> TOOLS = List.of("list_files", "read_file", "search_files");

  private NatsServer nats;
  private ServiceProcess service;
  private Connection connection;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    Path shown = folder.resolve("shown");
    Files.createDirectories(shown.resolve("src"));
    Files.writeString(shown.resolve("a.txt"), "one\ntwo ferries\n");
    Files.writeString(shown.resolve("src/B.java"), "// Ferries go here\n");
    Files.writeString(folder.resolve("outside.txt"), "ferries outside");
    Files.createSymbolicLink(shown.resolve("link.txt"), folder.resolve("outside.txt"));
    Files.createSymbolicLink(shown.resolve("up"), folder);
    nats = NatsServer.start(folder.resolve("nats"));
    service =
        ServiceProcess.start(
            ServiceLaunch.of(
                    Path.of(System.getProperty("weir.root", "..")),
                    "tool-service",
                    folder.resolve("tools"))
                .with("NATS_URL", nats.url())
                .with("TOOLS_ROOT", shown.toString()),
            SOON);
    connection = TestNats.connect(nats.url());
  }

  @AfterAll
  void stop() throws Exception {
    connection.close();
    service.close();
    nats.close();
  }

  @Test
  @Order(1)
  void eachToolIsFoundAsAMicroServiceOnItsSubject() throws Exception {
    Map<String, String> subjects = new TreeMap<>();
    Subscription replies = connection.subscribe("found");
    Await.until(
        "three tools",
        SOON,
        () -> {
          connection.publish("$SRV.PING", "found", new byte[0]);
          for (Message one = replies.nextMessage(500); one != null; one = replies.nextMessage(50)) {
            subjects.put(MAPPER.readTree(one.getData()).path("name").asText(), "");
          }
          return subjects.size() == 3;
        });
    for (String name : List.copyOf(subjects.keySet())) {
      JsonNode about =
          MAPPER.readTree(
              Objects.requireNonNull(connection.request("$SRV.INFO." + name, new byte[0], SOON))
                  .getData());
      subjects.put(name, about.at("/endpoints/0/subject").asText());
      assertFalse(about.path("description").asText().isEmpty());
    }
    assertEquals(
        Map.of(
            "tool-list-files", "tools.execute.list_files",
            "tool-read-file", "tools.execute.read_file",
            "tool-search-files", "tools.execute.search_files"),
        subjects);
  }

  @Test
  @Order(2)
  void eachToolAnswersInJsonWhetherItIsAskedInJsonOrProtobuf() throws Exception {
    Map<String, String> found =
        Map.of(
            "read_file", "1: one\n2: two ferries\n",
            "list_files", "a.txt",
            "search_files", "a.txt:2: two ferries");
    for (String form : List.of(ProtobufCodec.JSON, ProtobufCodec.BINARY)) {
      for (String tool : TOOLS) {
        String arguments = "{\"path\":\"a.txt\",\"text\":\"FERRIES\"}";
        ToolResponse answer = read(ask(tool, form, bytes(request(tool, arguments), form)));
        assertEquals(found.get(tool), answer.getContent(), tool + " in " + form);
      }
    }
  }

  @Test
  @Order(3)
  void nothingOutsideItsFolderIsShown() throws Exception {
    for (String path :
        List.of(
            "../outside.txt",
            "src/../../outside.txt",
            "/etc/hostname",
            "link.txt",
            "up/outside.txt",
            "\\u0000",
            "a.txt\\u0000/../../outside.txt")) {
      for (String tool : TOOLS) {
        String arguments = "{\"path\":\"%s\",\"text\":\"ferries\"}".formatted(path);
        Message reply =
            ask(tool, ProtobufCodec.JSON, bytes(request(tool, arguments), ProtobufCodec.JSON));
        Code code = read(reply).getError().getCode();
        Code wanted = path.contains("u0000") ? Code.CODE_NOT_FOUND : Code.CODE_ACCESS_DENIED;
        assertEquals(wanted, code, tool + " " + path);
        assertFalse(text(reply).contains("ferries outside"), text(reply));
      }
    }
  }

  @Test
  @Order(4)
  void garbageIsAnsweredWithAnErrorThatNamesTheTool() throws Exception {
    byte[] other = bytes(request("write_file", "{}"), ProtobufCodec.JSON);
    for (String tool : TOOLS) {
      for (byte[] garbage :
          List.of("{\"tool".getBytes(StandardCharsets.UTF_8), new byte[] {-1, 0, 7}, other)) {
        Message reply = ask(tool, ProtobufCodec.JSON, garbage);
        assertEquals("400", header(reply, "Nats-Service-Error-Code"));
        String error = header(reply, "Nats-Service-Error");
        assertTrue(error.contains("tool " + tool + ": "), error);
      }
      Message reply =
          ask(tool, ProtobufCodec.JSON, bytes(request(tool, "{\"path\":"), ProtobufCodec.JSON));
      assertEquals(Code.CODE_INVALID_INPUT, read(reply).getError().getCode());
    }
  }

  /** It is stopped while the calls reach it, so that the end and the calls meet. */
  @Test
  @Order(Integer.MAX_VALUE)
  void callsInHandAreAnsweredBeforeItEnds() throws Exception {
    var answers = new ArrayList<CompletableFuture<Message>>();
    service.suspend();
    try {
      for (String tool : TOOLS) {
        String arguments = "{\"path\":\"a.txt\",\"text\":\"ferries\"}";
        answers.add(
            connection.request(
                message(
                    tool,
                    ProtobufCodec.JSON,
                    bytes(request(tool, arguments), ProtobufCodec.JSON))));
      }
      connection.flush(SOON);
      service.process().terminate();
    } finally {
      service.resume();
    }
    for (CompletableFuture<Message> answer : answers) {
      assertFalse(read(answer.get(SOON.toSeconds(), TimeUnit.SECONDS)).getContent().isEmpty());
    }
    Await.until("its end", SOON, () -> !service.isAlive());
    assertEquals(0, service.process().exitCode().orElse(-1));
  }

  private static ToolRequest request(String tool, String arguments) {
    return ToolRequest.newBuilder().setTool(tool).setArgumentsJson(arguments).build();
  }

  private static byte[] bytes(ToolRequest request, String form) throws Exception {
    return form.equals(ProtobufCodec.BINARY)
        ? request.toByteArray()
        : JsonFormat.printer().print(request).getBytes(StandardCharsets.UTF_8);
  }

  private Message ask(String tool, String form, byte[] body) throws Exception {
    return Objects.requireNonNull(connection.request(message(tool, form, body), SOON));
  }

  private static Message message(String tool, String form, byte[] body) {
    return NatsMessage.builder()
        .subject("tools.execute." + tool)
        .headers(new Headers().put("Content-Type", form))
        .data(body)
        .build();
  }

  private static ToolResponse read(Message reply) {
    return Codecs.TOOL_RESPONSE.decode(
        ByteString.copyFrom(reply.getData()), header(reply, "Content-Type"));
  }

  private static String header(Message reply, String name) {
    return Objects.requireNonNullElse(reply.getHeaders().getFirst(name), "");
  }

  private static String text(Message reply) {
    return new String(reply.getData(), StandardCharsets.UTF_8);
  }
}
