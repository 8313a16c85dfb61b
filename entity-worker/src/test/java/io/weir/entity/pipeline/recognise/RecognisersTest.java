package io.weir.entity.pipeline.recognise;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weir.entity.pipeline.recognise.TextField.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every row of the tables with what it must find ("|" between mentions) and what it must not. */
class RecognisersTest {
  private static final List<Recogniser> ALL =
      Recognisers.all(
          new Gazetteer(
              List.of(
                  new Gazetteer.Entry("API", EntityType.CONCEPT, false),
                  new Gazetteer.Entry("New York", EntityType.PLACE, true),
                  new Gazetteer.Entry("Go", EntityType.PRODUCT, true))));

  private static void expect(EntityType type, String text, String expected) {
    var field = new TextField("content", text, Kind.PROSE);
    List<Entity> found =
        ALL.stream()
            .flatMap(recogniser -> recogniser.recognise(field).stream())
            .filter(entity -> entity.type() == type)
            .sorted(
                Comparator.comparingInt(Entity::start)
                    .thenComparing(Comparator.comparingInt(Entity::length).reversed()))
            .toList();
    var longest = new ArrayList<String>();
    int end = 0;
    for (Entity entity : found) {
      if (entity.start() >= end) {
        longest.add(entity.text());
        end = entity.end();
      }
    }
    assertEquals(expected == null ? "" : expected, String.join("|", longest), text);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '~',
      delimiter = ';',
      textBlock =
          """
          See https://example.org/a?b=c#d.; https://example.org/a?b=c#d
          (at https://en.example.org/wiki/Foo_(bar)).; https://en.example.org/wiki/Foo_(bar)
          [docs](https://example.org/x); https://example.org/x
          请访问https://example.com/docs查看。; https://example.com/docs
          nats://localhost:4222 and HTTP://EXAMPLE.ORG; nats://localhost:4222|HTTP://EXAMPLE.ORG
          visit www.example.org/path, now; www.example.org/path
          https:// alone and xhttp://no; ~~
          example.org without a scheme; ~~
          """)
  void urls(String text, String expected) {
    expect(EntityType.URL, text, expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          mail jane.doe+x@sub.example.co.uk.; jane.doe+x@sub.example.co.uk
          邮箱是bob@example.com。; bob@example.com
          müller@beispiel.de; müller@beispiel.de
          git@github.com:weir/weir.git;
          lodash@1.2.3 and @handle and a@b;
          nats://user:pass@host.example;
          """)
  void mailAddresses(String text, String expected) {
    expect(EntityType.EMAIL, text, expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          call +49 30 1234567 now; +49 30 1234567
          +1 (415) 555-0132; +1 (415) 555-0132
          or 415-555-0132.; 415-555-0132
          order 1234567890 and 12-34;
          2026-01-02 to 2026-01-03;
          """)
  void telephoneNumbers(String text, String expected) {
    expect(EntityType.PHONE, text, expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          on 2026-11-21 and 2026-11-21T08:30:00Z; 2026-11-21|2026-11-21T08:30:00Z
          am 24.12.2025, on 12/31/2025; 24.12.2025|12/31/2025
          on 3rd of March 2024 we met; 3rd of March 2024
          in Sept 2025, by July 4, 1999; Sept 2025|July 4, 1999
          in Q3 2025; Q3 2025
          会议在2026年3月15日举行; 2026年3月15日
          due next Tuesday; next Tuesday
          2026-13-01 and 2026-02-31 and 45.12.2025;
          march on and may be in 2025;
          2026-01-02-rc1 and 1.2.2024.3;
          """)
  void dates(String text, String expected) {
    expect(EntityType.DATE, text, expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          it weighs 12.5 kg and takes 30 ms; 12.5 kg|30 ms
          grew by 4.2% in 3 years; 4.2%|3 years
          paid $5 million and €20; $5 million|€20
          costs 1,200 EUR; 1,200 EUR
          价格是100美元; 100美元
          a 64MiB cache; 64MiB
          over 3 million people; 3 million people
          version 1.5.2 has 7 of them;
          12 kgs-like and 5 mammals;
          """)
  void quantities(String text, String expected) {
    expect(EntityType.QUANTITY, text, expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          UUID; id 123e4567-e89b-12d3-a456-426614174000.; 123e4567-e89b-12d3-a456-426614174000
          UUID; 123e4567-e89b-12d3-a456-42661417400 is short;
          CVE; fixes CVE-2021-44228 and cve-2024-3094; CVE-2021-44228|cve-2024-3094
          CVE; CVE-21-1 and XCVE-2021-44228;
          SCHEMA; uses order.placed.v1 and user.message.v2.; order.placed.v1|user.message.v2
          SCHEMA; order.placed and order.placed.v1.extra;
          VERSION; nats-server 2.9.10 and v25, 1.0.0-rc.1; 2.9.10|v25|1.0.0-rc.1
          VERSION; 3.14 is pi and 24.12 no date;
          IP_ADDRESS; on 127.0.0.1:8080; 127.0.0.1
          IP_ADDRESS; 1.2.3.400 and 1.2.3.4.5;
          PATH; in /etc/nats/server.conf and ~/notes/a.md.; /etc/nats/server.conf|~/notes/a.md
          PATH; see src/main/App.java and pom.xml; src/main/App.java|pom.xml
          PATH; and/or, km/h, either/or/both, TCP/IP, 1/2;
          """)
  void identifiers(EntityType type, String text, String expected) {
    expect(type, text, expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          call parseConfig() in OrderService; parseConfig|OrderService
          set max_retries or MAX_RETRIES; max_retries|MAX_RETRIES
          os.path.join(a) and std::vector; os.path.join|std::vector
          io.weir.EntityService#main starts; io.weir.EntityService#main
          __init__ runs; __init__
          the file(s) of McDonald, an iPod at home; ~
          example.org and e.g. this, PhDs and jane@exampleMail.org; ~
          A plain sentence. Another one.; ~
          """)
  void codeSymbols(String text, String expected) {
    expect(EntityType.CODE_SYMBOL, text, expected.equals("~") ? "" : expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          CONCEPT; The API and another api.; API|api
          CONCEPT; The capital is rapid, apiary and therapist.;
          CONCEPT; 用API查询; API
          PLACE; in New York and New Yorkshire; New York
          PLACE; a new york minute;
          PRODUCT; written in Go; Go
          PRODUCT; Go home and go on;
          PRODUCT; runs on PostgreSQL 16 and Windows 3.11; PostgreSQL 16|Windows 3.11
          PRODUCT; Section 3 of March 12 in Berlin 2026;
          PRODUCT; Acme 5 km away;
          """)
  void knownNamesAreWholeWords(EntityType type, String text, String expected) {
    expect(type, text, expected);
  }
}
