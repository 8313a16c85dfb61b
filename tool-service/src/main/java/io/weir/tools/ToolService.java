package io.weir.tools;

import io.weir.messaging.jetstream.BrokerSettings;
import io.weir.messaging.jetstream.Messaging;
import io.weir.messaging.jetstream.ResponderSpec;
import io.weir.messaging.runtime.Service;
import io.weir.messaging.runtime.ServiceRuntime;
import io.weir.messaging.runtime.SettingsReader;
import io.weir.platform.contract.Codecs;
import io.weir.platform.contract.Subjects;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Lets models read, list and search the files of one folder: wiring only. */
public final class ToolService {
  private static final int PORT = 8084;

  /** Files are read from one disk. */
  private static final int AT_ONCE = 8;

  private ToolService() {}

  /** What it can be told. */
  record Config(BrokerSettings broker, Optional<Root> root) {
    static Config read(SettingsReader settings) {
      Optional<String> folder =
          settings.optionalText("TOOLS_ROOT", "the folder that models may see, and nothing else");
      Optional<Root> root = Optional.empty();
      try {
        root = folder.isEmpty() ? root : Optional.of(Root.of(Path.of(folder.get())));
      } catch (IOException e) {
        settings.problem("TOOLS_ROOT", folder.get(), "a folder that is there");
      }
      if (folder.isEmpty()) {
        settings.problem("TOOLS_ROOT", "nothing", "a folder that models may see");
      }
      return new Config(BrokerSettings.read(settings), root);
    }
  }

  public static void main(String[] args) {
    ServiceRuntime.run("tool-service", PORT, args, Config::read, ToolService::wire);
  }

  private static void wire(Config config, Service service) {
    var messaging =
        service.add(
            new Messaging(service.name(), config.broker(), service.meters(), service.clock()));
    var tools = new FileTools(config.root().orElseThrow());
    for (FileTools.Tool tool : FileTools.Tool.values()) {
      service.add(
          messaging.responder(
              ResponderSpec.of(
                      "tool-" + tool.subject().replace('_', '-'),
                      tool.does(),
                      "tool_" + tool.subject(),
                      Subjects.TOOLS_EXECUTE.with(tool.subject()))
                  .withConcurrency(AT_ONCE),
              new ToolRequests(tool),
              request -> tools.execute(tool, request.payload()),
              Codecs.TOOL_RESPONSE));
    }
  }
}
