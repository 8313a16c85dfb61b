package io.weir.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.proto.v1.ToolError.Code;
import io.weir.proto.v1.ToolRequest;
import io.weir.proto.v1.ToolResponse;
import io.weir.tools.FileTools.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileToolsTest {
  @TempDir private Path temporary = Path.of("");
  private FileTools tools = new FileTools(new Root(Path.of("")));

  @BeforeEach
  void files() throws IOException {
    Path folder = Files.createDirectories(temporary.resolve("shown/src"));
    Path root = temporary.resolve("shown");
    Files.writeString(root.resolve("a.txt"), "one\ntwo ferries\nthree\n");
    Files.writeString(folder.resolve("B.java"), "class B {}\n// Ferries go here\n");
    Files.writeString(root.resolve(".env"), "ferries=hidden");
    Files.write(root.resolve("picture.bin"), new byte[] {0, 1, 2, (byte) 0xFF});
    Files.writeString(temporary.resolve("outside.txt"), "ferries outside");
    Files.createSymbolicLink(root.resolve("link.txt"), temporary.resolve("outside.txt"));
    Files.createSymbolicLink(root.resolve("up"), temporary);
    tools = new FileTools(Root.of(root));
  }

  @Test
  void linesAreReadWithTheirNumbers() {
    assertEquals("1: one\n2: two ferries\n3: three\n", content(Tool.READ_FILE, "{'path':'a.txt'}"));
    assertEquals(
        "2: two ferries\n", content(Tool.READ_FILE, "{'path':'./src/../a.txt','from':2,'to':2}"));
  }

  @Test
  void filesAreListedAndSearchedWithoutWhatIsHiddenOrLinked() {
    assertEquals("a.txt\npicture.bin\nsrc/B.java", content(Tool.LIST_FILES, "{}"));
    assertEquals("src/B.java", content(Tool.LIST_FILES, "{'glob':'**.java'}"));
    assertEquals("src/B.java", content(Tool.LIST_FILES, "{'path':'src'}"));
    assertEquals(
        "a.txt:2: two ferries\nsrc/B.java:2: // Ferries go here",
        content(Tool.SEARCH_FILES, "{'text':'FERRIES'}"));
  }

  /** Or a model takes what it was not shown for what is not there. */
  @Test
  void aSearchThatLeftSomethingOutSaysSo() throws IOException {
    Path large = temporary.resolve("shown/large.txt");
    Files.writeString(large, "x".repeat(300 << 10) + "\nferries at the end\n");
    assertTrue(
        content(Tool.SEARCH_FILES, "{'text':'at the end'}").startsWith("\n[not all was searched"));
    assertEquals("", content(Tool.SEARCH_FILES, "{'text':'at the end','path':'src'}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../outside.txt",
        "/etc/hostname",
        "link.txt",
        "up/outside.txt",
        ".env",
        "src/../../outside.txt"
      })
  void nothingOutsideIsReached(String path) {
    for (Tool tool : Tool.values()) {
      ToolResponse answer = answer(tool, "{'text':'ferries','path':'" + path + "'}");
      assertEquals(Code.CODE_ACCESS_DENIED, answer.getError().getCode(), tool + " " + path);
      assertFalse(answer.toString().contains("ferries outside"));
    }
  }

  @Test
  void whatIsWrongIsSaid() {
    assertEquals(Code.CODE_NOT_FOUND, code(Tool.READ_FILE, "{'path':'none.txt'}"));
    assertEquals(Code.CODE_INVALID_INPUT, code(Tool.READ_FILE, "{'path':'picture.bin'}"));
    assertEquals(Code.CODE_INVALID_INPUT, code(Tool.READ_FILE, "{'path':'src'}"));
    assertEquals(Code.CODE_INVALID_INPUT, code(Tool.READ_FILE, "{}"));
    assertEquals(Code.CODE_INVALID_INPUT, code(Tool.READ_FILE, "{'path':'a.txt','from':0}"));
    assertEquals(Code.CODE_INVALID_INPUT, code(Tool.SEARCH_FILES, "{'text':'x','glob':'['}"));
    assertEquals(Code.CODE_INVALID_INPUT, code(Tool.SEARCH_FILES, "{'text':"));
  }

  @Test
  void secretsAreMaskedWhereverTheyShow() throws IOException {
    String secret = "ghp_" + "a1B2c3D4e5F6g7H8i9J0".repeat(2).substring(0, 36);
    Files.writeString(
        temporary.resolve("shown/config.txt"), "password = \"tr0ub4dor-and-3\"\ntoken: " + secret);
    String read = content(Tool.READ_FILE, "{'path':'config.txt'}");
    String found = content(Tool.SEARCH_FILES, "{'text':'token'}");
    assertTrue(read.contains("password"), read);
    assertTrue(found.contains("config.txt:2"), found);
    for (String shown : new String[] {read, found}) {
      assertFalse(shown.contains("tr0ub4dor") || shown.contains(secret.substring(4)), shown);
    }
    assertEquals("", content(Tool.SEARCH_FILES, "{'text':'" + secret.substring(8, 20) + "'}"));
  }

  @Test
  void longFilesAndListsEndWithAWord() throws IOException {
    Files.writeString(temporary.resolve("shown/long.txt"), "ü ferry\n".repeat(60_000));
    String read = content(Tool.READ_FILE, "{'path':'long.txt'}");
    assertTrue(
        read.endsWith("400: ü ferry\n[there is more]\n"), read.substring(read.length() - 60));
    String found = content(Tool.SEARCH_FILES, "{'text':'ferry'}");
    assertTrue(found.endsWith("[there are more]"));
    assertEquals(101, found.lines().count());
  }

  private String content(Tool tool, String arguments) {
    ToolResponse answer = answer(tool, arguments);
    assertFalse(answer.hasError(), answer.toString());
    return answer.getContent();
  }

  private Code code(Tool tool, String arguments) {
    return answer(tool, arguments).getError().getCode();
  }

  private ToolResponse answer(Tool tool, String arguments) {
    return tools.execute(
        tool,
        ToolRequest.newBuilder()
            .setTool(tool.name().toLowerCase(Locale.ROOT))
            .setArgumentsJson(arguments.replace('\'', '"'))
            .build());
  }
}
