package io.weir.gateway.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.gateway.config.ToolsFile.Problem;
import io.weir.gateway.pipeline.tool.ToolSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ToolsFileTest {
  @Test
  void theExampleIsValid() throws IOException {
    ToolsFile file =
        ToolsFile.parse(
            Files.readString(
                Path.of(System.getProperty("weir.root", ".."), "deploy/tools.example.yaml")));
    assertEquals(List.of(), file.problems());
    assertEquals(
        List.of("read_file", "list_files", "search_files"),
        file.tools().stream().map(ToolSpec::name).toList());
    assertEquals(Duration.ofSeconds(60), file.tools().getLast().timeout());
    assertEquals(ToolSpec.TIMEOUT, file.tools().getFirst().timeout());
    assertEquals("path", file.tools().getFirst().parameters().at("/required/0").asText());
  }

  @Test
  void allFaultsAreToldWithTheirPlace() {
    ToolsFile file =
        ToolsFile.parse(
            """
            tools:
              - {name: a.b, description: x, parameters: {type: object}}
              - {name: twice, description: x, parameters: {type: object}}
              - {name: twice, parameters: {type: string}, timeout: 5 min, address: x}
            """);
    assertTrue(file.tools().isEmpty());
    assertEquals(
        List.of(
            "tools[0].name",
            "tools[2].name",
            "tools[2]",
            "tools[2].description",
            "tools[2].parameters",
            "tools[2].timeout"),
        file.problems().stream().map(Problem::where).toList());
    assertEquals("line 1", ToolsFile.parse("tools: [").problems().getFirst().where());
    assertEquals("the file", ToolsFile.parse("providers: []").problems().getFirst().where());
  }
}
