// The floor under every start: a program that does nothing and loads what cb's tools load.
#include <sqlite3.h>

#include <iostream>

int main() { return sqlite3_libversion_number() > 0 && std::cout.good() ? 0 : 1; }
