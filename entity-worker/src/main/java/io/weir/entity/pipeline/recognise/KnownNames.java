package io.weir.entity.pipeline.recognise;

import io.weir.entity.pipeline.recognise.Gazetteer.Entry;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The names that come with the program: countries and cities from the JDK's own locale and
 * time-zone data, larger cities that have no time zone of their own, software and its terms, given
 * names.
 */
public final class KnownNames {
  private static final Pattern BLANKS = Pattern.compile("\\s+");
  private static final Pattern LIST_SEPARATOR = Pattern.compile("\\s*[,\\n]\\s*");

  // Zones that are named after something else than a city.
  private static final Set<String> NO_CITIES =
      Set.of(
          "North",
          "South",
          "West",
          "East",
          "Center",
          "Central",
          "Eastern",
          "Acre",
          "Easter",
          "Knox",
          "Nelson",
          "Pacific",
          "ACT",
          "NSW",
          "LHI",
          "Beulah",
          "Troll",
          "Vostok",
          "Casey",
          "Davis",
          "Palmer",
          "Reunion",
          "Marquesas",
          "Gambier",
          "Wallis",
          "Wake",
          "Midway",
          "Creston",
          "Petersburg",
          "Winamac",
          "Nome",
          "Regina",
          "Vincent",
          "Monticello");

  private static final String MORE_PLACES =
      """
      Munich, Hamburg, Cologne, Frankfurt, Stuttgart, Dresden, Leipzig, Geneva, Basel, Milan, Naples, Turin, Florence, Venice,
      Barcelona, Valencia, Seville, Porto, Lyon, Marseille, Toulouse, Antwerp, Rotterdam, The Hague, Manchester,
      Birmingham, Liverpool, Glasgow, Edinburgh, Oxford, Cambridge, Gothenburg, Krakow, Saint Petersburg, San Francisco, Seattle,
      Boston, Philadelphia, Houston, Dallas, Atlanta, Miami, Portland, Austin, San Diego, Las Vegas, Washington, New York City,
      Silicon Valley, California, Texas, Florida, Quebec, Ontario, Osaka, Kyoto, Beijing, Shenzhen, Guangzhou, Mumbai, Delhi,
      New Delhi, Bangalore, Hyderabad, Chennai, Rio de Janeiro, Cape Town, Tel Aviv, Jerusalem, Abu Dhabi, Bavaria, Catalonia,
      Scotland, England, Wales, Northern Ireland, Europe, Asia, Africa, North America, South America, Latin America, Oceania,
      Middle East, Scandinavia, USA, UK, EU, United States of America, Great Britain, Holland, Czech Republic, Russia, Turkey
      """;

  private static final String PRODUCTS =
      """
      Kubernetes, Docker, PostgreSQL, Postgres, MySQL, MariaDB, MongoDB, SQLite, Redis, Kafka, Apache Kafka, RabbitMQ, NATS,
      JetStream, NATS JetStream, Lucene, Elasticsearch, OpenSearch, Grafana, Prometheus, Jenkins, Terraform, Ansible, GitHub,
      GitLab, GitHub Actions, JavaScript, TypeScript, Node.js, Vue.js, Next.js, Python, Kotlin, Linux, Ubuntu, Debian, macOS,
      iOS, Android, Windows, iPhone, iPad, ChatGPT, OpenAI, LangChain, Ollama, vLLM, YouTube, LinkedIn, WhatsApp, PayPal,
      TensorFlow, PyTorch, NumPy, GraphQL, gRPC, WebSocket, OAuth, OpenAPI, AsyncAPI, OpenTelemetry, JUnit, Helidon, Maven,
      Gradle, LaTeX, BitTorrent, VMware, PowerPoint, SharePoint, PlayStation, AirPods, MacBook, IntelliJ, Protobuf
      """;

  private static final String EXACT_PRODUCTS =
      "Java, Go, Rust, Swift, Spring, React, Angular, Scala, Ruby, Perl, Helm, Git, Claude, Gemini, Chrome, Firefox, Safari";

  private static final String TERMS =
      """
      API, HTTP, HTTPS, TLS, JSON, YAML, XML, SQL, CSV, JWT, SDK, CLI, DNS, TCP, UDP, SSH, LLM, GDPR,
      machine learning, dead letter, dead letters, message queue, work queue, load balancer, circuit breaker, rate limit,
      access token, access control
      """;

  private static final String EXACT_TERMS = "REST, CI, CD, SSE, SLA, RAG";

  private static final String GIVEN_NAMES =
      """
      Ada Adam Adrian Agnes Ahmed Alan Albert Alejandro Alex Alexander Alexandra Alfred Ali Alice Alicia Amanda Amelia Amy
      Ana Andrea Andreas Andrew Angela Anita Ann Anna Anne Annie Anthony Antonio Arthur Barbara Beatrice Ben Benjamin Bernard
      Betty Bill Bob Boris Brian Bruce Carl Carla Carlos Carol Caroline Catherine Cecilia Charles Charlotte Chen Chris
      Christian Christina Christine Christopher Claire Clara Claudia Craig Daniel Daniela David Deborah Dennis Diana Diego
      Dmitri Donald Dora Dorothy Douglas Edgar Edith Edsger Eduardo Edward Elena Eleanor Elias Elisabeth Elizabeth Ella
      Emily Emma Emmanuel Eric Erika Ernest Eva Evelyn Fatima Felix Fernando Fiona Frances Francis Francisco Frank Franz
      Frederick Friedrich Gabriel Gareth Geoffrey George Georg Gerald Gerhard Giovanni Giulia Gloria Grace Greta Guido
      Gustav Hannah Hans Harold Harry Heidi Heinrich Helen Helena Henri Henry Herbert Hugo Ian Ibrahim Igor Ingrid Irene
      Isaac Isabel Isabella Ivan Jack Jacob James Jan Jane Janet Jason Javier Jean Jennifer Jeremy Jessica Jim Joan Joe
      Johann Johannes John Jonas Jonathan Jorge Jose José Joseph Joshua Juan Julia Julian Julie Jürgen Karen Karl Karin
      Kate Katherine Katja Keith Kenneth Kevin Klaus Kurt Larry Lars Laura Lawrence Lea Leo Leonard Leonardo Liam Lillian
      Linda Linus Lisa Louis Louise Lucas Lucia Lucy Luis Luigi Lukas Madeleine Magnus Manuel Marco Margaret Maria Marie
      Marina Mario Marion Martha Martin Martina Mary Mateo Matthew Matthias Max Maximilian Maya Mei Melanie Michael Michelle
      Miguel Mikhail Mohammed Monica Muhammad Nadia Nancy Naomi Natalie Natasha Nathan Neil Nicholas Nicolas Nicole Nikola
      Nina Noah Nora Oliver Olivia Olga Oscar Otto Pablo Pamela Patricia Patrick Paul Paula Pedro Peter Philip Pierre Priya
      Rachel Rafael Rahul Ralph Raymond Rebecca Richard Rita Robert Roberto Robin Roger Roland Ronald Rosa Rosalind Rudolf
      Ruth Samantha Samuel Sandra Sara Sarah Satoshi Scott Sebastian Sergei Sharon Simon Sofia Sophia Sophie Stefan Stella
      Stephanie Stephen Steve Steven Stuart Susan Sven Sylvia Tanja Teresa Theodore Thomas Tim Timothy Tobias Tom Tomas
      Ursula Valentina Vanessa Vera Veronica Victor Victoria Vincent Viola Vladimir Walter Wang Wei Werner William
      Wolfgang Xavier Yann Yasmin Yuki Yusuf Yvonne Zoe
      """;

  private KnownNames() {}

  /** Places, products and terms as one gazetteer. */
  public static Gazetteer gazetteer() {
    var entries = new ArrayList<Entry>();
    list(PRODUCTS).forEach(name -> entries.add(new Entry(name, EntityType.PRODUCT, false)));
    list(EXACT_PRODUCTS).forEach(name -> entries.add(new Entry(name, EntityType.PRODUCT, true)));
    list(TERMS).forEach(name -> entries.add(new Entry(name, EntityType.CONCEPT, false)));
    list(EXACT_TERMS).forEach(name -> entries.add(new Entry(name, EntityType.CONCEPT, true)));
    Stream.of(list(MORE_PLACES), countries(), cities())
        .flatMap(places -> places)
        .forEach(name -> entries.add(new Entry(name, EntityType.PLACE, true)));
    return new Gazetteer(entries);
  }

  /** Common given names, as they are written. */
  public static Set<String> givenNames() {
    return Arrays.stream(BLANKS.split(GIVEN_NAMES.strip())).collect(Collectors.toUnmodifiableSet());
  }

  private static Stream<String> list(String names) {
    return LIST_SEPARATOR.splitAsStream(names.strip()).filter(name -> !name.isEmpty());
  }

  private static Stream<String> countries() {
    return Locale.getISOCountries(Locale.IsoCountryCode.PART1_ALPHA2).stream()
        .map(code -> Locale.of("", code).getDisplayCountry(Locale.ENGLISH))
        .filter(name -> name.length() > 2 && !name.contains("("));
  }

  private static Stream<String> cities() {
    List<String> regions =
        List.of("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Pacific/");
    return ZoneId.getAvailableZoneIds().stream()
        .filter(zone -> regions.stream().anyMatch(zone::startsWith))
        .map(zone -> zone.substring(zone.lastIndexOf('/') + 1))
        .filter(name -> !NO_CITIES.contains(name))
        .map(name -> name.replace('_', ' '));
  }
}
