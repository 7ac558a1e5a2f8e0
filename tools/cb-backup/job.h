// What every command works with.
#pragma once

#include <string>
#include <vector>

#include "base/time.h"
#include "config/config.h"
#include "options.h"
#include "report.h"
#include "shelf.h"

namespace cb::backup {

// The references must outlive it.
struct Job {
  const Options& options;
  const config::Config& config;
  const std::string state_directory;
  const std::vector<std::string> environment;  // of the command that gets the backups
  Shelf& shelf;
  Report& report;
  Now now;
};

// --dest, else that of the configuration, else backups/ in the state directory.
std::string destination(const Options& options, const config::Config& config,
                        const std::string& state_directory);

// Does what was asked for; returns the exit code.
int run(const Job& job);

int create(const Job& job);
int list(const Job& job);
int verify(const Job& job);
int prune(const Job& job);
int restore(const Job& job);
int check(const Job& job);
int repair(const Job& job);

// One backup, if anything is new. Only inside of Shelf::enter().
void make_backup(const Job& job);
// Removes what no rule keeps. Only inside of Shelf::enter().
void remove_old(const Job& job);

}  // namespace cb::backup
