#include "cli/output.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/progress.h"

namespace cb::cli {
namespace {

const std::vector<Column> kColumns = {{"task"}, {"title", Align::left, true}};

const auto kNoJson = []() -> Json { throw std::logic_error("no JSON was asked for"); };

std::string captured(const std::function<void()>& print_something) {
  testing::internal::CaptureStdout();
  print_something();
  flush();
  return testing::internal::GetCapturedStdout();
}

// What `print_something` writes to descriptor `fd` while that is a terminal of 40 columns.
std::string on_terminal(int fd, const std::function<void()>& print_something) {
  const int terminal = posix_openpt(O_RDWR | O_NOCTTY);
  grantpt(terminal);
  unlockpt(terminal);
  const winsize size{24, 40, 0, 0};
  const int user = open(ptsname(terminal), O_RDWR | O_NOCTTY);
  ioctl(user, TIOCSWINSZ, &size);
  const int kept = dup(fd);
  dup2(user, fd);
  print_something();
  flush();
  dup2(kept, fd);
  close(kept);
  close(user);  // the terminal then ends after what was written to it
  std::string text;
  char bytes[4096];
  for (ssize_t length = 0; (length = read(terminal, bytes, sizeof bytes)) > 0;)
    text.append(bytes, static_cast<size_t>(length));
  close(terminal);
  return text;
}

class Environment : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* name : {"NO_COLOR", "LC_ALL", "LC_CTYPE", "COLUMNS"}) unsetenv(name);
    setenv("LANG", "C.UTF-8", 1);
    setenv("TERM", "xterm", 1);
  }
};
using Output = Environment;
using OutputOnTerminal = Environment;

TEST_F(Output, OffATerminalRecordsAreLinesWithTabsAndNoHeader) {
  const std::string text = captured([] {
    Records records(kColumns, {});
    records.add({"b:1", "One"}, kNoJson);
    records.add({"b:2", "Two"}, kNoJson);
    records.finish();
  });

  EXPECT_EQ(text, "b:1\tOne\nb:2\tTwo\n");
}

TEST_F(Output, CellsCannotBreakTheirLineOrReachTheTerminal) {
  const std::string text = captured([] {
    Records records(kColumns, {.color = Color::always});
    records.add({"b\t1", "two\nlines \033[31mred\r"}, kNoJson);
    records.finish();
  });

  EXPECT_EQ(text, "b 1\ttwo lines \uFFFD[31mred\uFFFD\n");
}

TEST_F(Output, WithJsonRecordsAreJsonLinesWithoutColour) {
  const std::string text = captured([] {
    Records records(kColumns, {.json = true, .color = Color::always});
    records.add({"b:1", "One"}, [] { return Json{{"task", "b:1"}, {"title", "O\tne"}}; });
    records.finish();
  });

  EXPECT_EQ(text, "{\"task\":\"b:1\",\"title\":\"O\\tne\"}\n");
}

TEST_F(Output, MissingCellsAreEmpty) {
  const std::string text = captured([] { Records(kColumns, {}).add({"b:1"}, kNoJson); });

  EXPECT_EQ(text, "b:1\t\n");
}

TEST_F(OutputOnTerminal, RecordsAreATableThatFits) {
  const std::string text = on_terminal(1, [] {
    Records records(kColumns, {});
    records.add({"board:1", std::string(50, 't')}, kNoJson);
    records.finish();
  });

  EXPECT_EQ(text, "\033[1mTASK\033[0m     \033[1mTITLE\033[0m\r\nboard:1  " + std::string(30, 't') +
                      "…\r\n");
}

TEST_F(OutputOnTerminal, NoColorAndAPlainLocaleAreRespected) {
  setenv("NO_COLOR", "1", 1);
  setenv("LC_ALL", "C", 1);

  const std::string text = on_terminal(1, [] {
    Records records(kColumns, {});
    records.add({"board:1", std::string(50, 't')}, kNoJson);
    records.finish();
  });

  EXPECT_EQ(text, "TASK     TITLE\r\nboard:1  " + std::string(28, 't') + "...\r\n");
}

TEST_F(OutputOnTerminal, AnEmptyTablePrintsNothing) {
  EXPECT_EQ(on_terminal(1, [] { Records(kColumns, {}).finish(); }), "");
}

TEST_F(OutputOnTerminal, AStreamPrintsItsHeaderOnce) {
  const std::string text = on_terminal(1, [] {
    Records records(kColumns, {.color = Color::never});
    records.stream({"b:1", "One"}, kNoJson);
    records.stream({"b:2", "Two"}, kNoJson);
    records.finish();
  });

  EXPECT_EQ(text, "TASK      TITLE\r\nb:1       One\r\nb:2       Two\r\n");
}

TEST_F(Output, AStreamOffATerminalIsFlushedRecordByRecord) {
  testing::internal::CaptureStdout();
  Records records(kColumns, {});

  records.stream({"b:1", "One"}, kNoJson);

  EXPECT_EQ(testing::internal::GetCapturedStdout(), "b:1\tOne\n");
}

TEST_F(Output, ColourFollowsTheOptionThenNoColorThenTheTerminal) {
  EXPECT_TRUE(use_color(Color::always, 1));
  EXPECT_FALSE(use_color(Color::never, 1));
  setenv("NO_COLOR", "1", 1);
  EXPECT_TRUE(use_color(Color::always, 1));
}

TEST_F(OutputOnTerminal, NoColorCountsOnlyWhenItIsNotEmpty) {
  bool with = true, without = false, empty = false, dumb = true;

  on_terminal(1, [&] { without = use_color(Color::automatic, 1); });
  setenv("NO_COLOR", "", 1);
  on_terminal(1, [&] { empty = use_color(Color::automatic, 1); });
  setenv("NO_COLOR", "1", 1);
  on_terminal(1, [&] { with = use_color(Color::automatic, 1); });
  unsetenv("NO_COLOR");
  setenv("TERM", "dumb", 1);
  on_terminal(1, [&] { dumb = use_color(Color::automatic, 1); });

  EXPECT_TRUE(without);
  EXPECT_TRUE(empty);
  EXPECT_FALSE(with);
  EXPECT_FALSE(dumb);
}

TEST_F(Output, StyleWithoutColourIsTheTextItself) {
  EXPECT_EQ(styled("x", Style::good, false), "x");
  EXPECT_EQ(styled("x", Style::plain, true), "x");
  EXPECT_EQ(styled("x", Style::good, true), "\033[32mx\033[0m");
}

TEST_F(Output, EllipsisFollowsTheFirstLocaleVariableThatIsSet) {
  EXPECT_EQ(ellipsis(), "…");
  setenv("LC_CTYPE", "de_DE.utf8", 1);
  setenv("LANG", "C", 1);
  EXPECT_EQ(ellipsis(), "…");
  setenv("LC_ALL", "POSIX", 1);
  EXPECT_EQ(ellipsis(), "...");
}

std::string messages(const CommonOptions& options) {
  const Messages out("cb-test", options);
  testing::internal::CaptureStderr();
  out.problem("p");
  out.note("n\033");
  out.detail("d");
  return testing::internal::GetCapturedStderr();
}

TEST_F(Output, MessagesFollowQuietAndVerbose) {
  EXPECT_EQ(messages({}), "cb-test: p\ncb-test: n\uFFFD\n");
  EXPECT_EQ(messages({.quiet = true}), "cb-test: p\n");
  EXPECT_EQ(messages({.verbose = true}), "cb-test: p\ncb-test: n\uFFFD\ncb-test: d\n");
}

TEST(ProgressLine, FitsAndShowsShareAndCount) {
  EXPECT_EQ(progress_line("poll", 5, 10, 40), "poll  [##########...........]  5/10  50%");
  EXPECT_EQ(progress_line("poll", 12, 10, 20), "poll  10/10  100%");
  EXPECT_EQ(progress_line("poll", 7, 0, 40), "poll  7");
  EXPECT_EQ(progress_line("poll", 5, 10, 8), "poll  5…");
}

TEST_F(OutputOnTerminal, ABarIsWipedBeforeAMessage) {
  const std::string text = on_terminal(2, [] {
    Progress progress("poll", {});
    progress.update(1, 0);
    progress.update(2, 0);  // too soon after the first
    Messages("cb-test", {}).problem("p");
    progress.finish();
  });

  EXPECT_EQ(text, "\rpoll  1\033[K\r\033[Kcb-test: p\r\n");
}

TEST_F(OutputOnTerminal, QuietShowsNoBar) {
  EXPECT_EQ(on_terminal(2, [] { Progress("poll", {.quiet = true}).update(1, 2); }), "");
}

TEST_F(Output, OffATerminalThereIsNoBar) {
  testing::internal::CaptureStderr();

  Progress("poll", {}).update(1, 2);

  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

}  // namespace
}  // namespace cb::cli
