# Where things go. A tool without its page or its completions fails the installation, on purpose.
set(everyone OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CMAKE_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS ${everyone})  # whatever the umask

get_property(tools GLOBAL PROPERTY CB_TOOLS)
add_custom_target(tools DEPENDS ${tools})

foreach(tool IN LISTS tools)
  install(FILES man/${tool}.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
  if(tool MATCHES "^cb-upstream-")  # run by other tools, not by people
    install(TARGETS ${tool} RUNTIME DESTINATION ${CMAKE_INSTALL_LIBEXECDIR}/cb)
    continue()
  endif()
  install(TARGETS ${tool} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
  install(FILES completions/bash/${tool} DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
  install(FILES completions/zsh/_${tool} DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
  install(FILES completions/fish/${tool}.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
endforeach()

install(FILES man/cb-config.5 DESTINATION ${CMAKE_INSTALL_MANDIR}/man5)
install(FILES man/cb.7 DESTINATION ${CMAKE_INSTALL_MANDIR}/man7)
install(FILES README.md CHANGELOG.md LICENSE
  docs/architecture.md docs/backup.md docs/clickup.md docs/guarantees.md docs/json.md docs/protocol.md docs/state.md
  DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY examples DESTINATION ${CMAKE_INSTALL_DOCDIR} PATTERN "bin/*" PERMISSIONS ${everyone})
