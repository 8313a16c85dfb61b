package io.weir.gateway.usage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.proto.v1.LlmUsage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Journals of several processes in one folder. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class JournalIT {
  private static final int MANY = 20_000;
  @TempDir private Path folder;

  @Test
  void whatALivingProcessHasNotedIsNotTakenByAnother() throws Exception {
    try (Journal ours = Journal.create(folder)) {
      ours.begun(call("ours"));
      Journal.adopt(folder, left -> {}); // as at each start
      assertEquals("", adoptedByAnother());
      ours.begun(call("more"));
    }
    assertEquals("ours more", adoptedByAnother());
    assertEquals("", adoptedByAnother(), "once");
  }

  @Test
  void whatAKilledProcessHasNotedIsTakenWhole() throws Exception {
    Process other = java("note", Integer.toString(MANY));
    try (var said = other.inputReader()) {
      assertEquals("noted", said.readLine());
    }
    other.destroyForcibly().waitFor();

    List<Journal.Left> taken = new ArrayList<>();
    Journal.adopt(
        folder,
        left -> {
          taken.add(left);
          assertEquals("", adoptedByAnother(), "one takes it");
        });

    assertEquals(1, taken.size());
    assertEquals(List.of(call("begun")), taken.getFirst().begun());
    assertEquals(MANY, taken.getFirst().ended().size());
    assertEquals(call("ended-" + (MANY - 1)), taken.getFirst().ended().getLast());
  }

  @Test
  void anInterruptedThreadNotesAsAnyOther() throws Exception {
    try (Journal journal = Journal.create(folder)) {
      var noting =
          new FutureTask<>(
              () -> {
                Thread.currentThread().interrupt();
                note(journal);
                journal.rewrite(List.of(call("begun")), List.of());
                note(journal);
                return Thread.interrupted();
              });
      Thread.ofVirtual().start(noting).join();
      assertTrue(noting.get(), "it stays interrupted");
      journal.ended(call("last"));
    }
    String left = adoptedByAnother();
    assertTrue(left.endsWith("last"), left.substring(Math.max(0, left.length() - 40)));
  }

  private static void note(Journal journal) throws IOException {
    for (int i = 0; i < MANY; i++) {
      journal.ended(call("ended-" + i));
    }
  }

  private static LlmUsage call(String id) {
    return LlmUsage.newBuilder().setRequestId(id).setModel("m".repeat(100)).build();
  }

  private String adoptedByAnother() throws IOException {
    Process other = java("adopt");
    String said = new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, other.onExit().join().exitValue(), said);
    return said.strip();
  }

  private Process java(String... what) throws IOException {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Other.class.getName(),
                folder.toString()));
    command.addAll(List.of(what));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  /** Another process. */
  static final class Other {
    private Other() {}

    public static void main(String[] arguments) throws Exception {
      Path folder = Path.of(arguments[0]);
      if (arguments[1].equals("adopt")) {
        Journal.adopt(
            folder,
            left -> {
              left.begun().forEach(call -> System.out.print(call.getRequestId() + " "));
              left.ended().forEach(call -> System.out.print(call.getRequestId() + " "));
            });
        return;
      }
      Journal journal = Journal.create(folder);
      journal.begun(call("begun"));
      for (int i = 0; i < Integer.parseInt(arguments[2]); i++) {
        journal.ended(call("ended-" + i));
      }
      System.out.println("noted");
      Thread.sleep(Long.MAX_VALUE); // until it is killed
    }
  }
}
