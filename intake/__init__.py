"""The application: it receives, reads, routes, shows and delivers. Not Anaconda's data catalogue of that name."""
